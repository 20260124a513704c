//! What people do in a real browser: Debian's Chromium, driven from here, at real servers on both engines. No page may complain of anything:
//! no refused style, no error of a script.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests: what goes wrong here must stop the test and say where"
)]

mod chromium;
mod devtools;
mod dialogs;
mod failures;
mod first_steps;
mod life;
mod lists;
mod live;
mod log;
mod looks;
mod passkeys;
mod pictures;
mod print;
mod release_checks;
mod scriptless;
mod sides;
mod weight;
mod window;

/// Makes of each story, which takes a portal and a browser, a test on either engine.
macro_rules! in_browser {
    ($($story:ident),+ $(,)?) => { $(
        mod $story {
            use daybook_testkit::{Engine, TestPortal};

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn sqlite() {
                run(Engine::Sqlite).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn postgres() {
                run(Engine::Postgres).await;
            }

            async fn run(engine: Engine) {
                let portal = TestPortal::start(engine).await;
                let chromium = crate::chromium::Chromium::start().await;
                super::$story(&portal, &chromium).await;
                chromium.close().await;
                portal.finish().await;
            }
        }
    )+ };
}
pub(crate) use in_browser;
