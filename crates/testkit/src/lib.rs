#![doc = include_str!("../README.md")]
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::missing_panics_doc,
    clippy::result_large_err,
    reason = "this crate is for tests: what goes wrong here must stop the test and say where"
)]

mod admin;
mod answers;
mod authenticator;
mod authenticator_app;
mod browser;
mod client;
mod clock;
mod database;
mod device;
mod entropy;
mod false_provider;
pub mod figures;
pub mod machine;
mod mail_server;
mod node;
mod portal;
mod provider;
mod sample;
mod stream;
mod tls;
mod visitor;
mod wait;

pub use admin::{Admin, Draft, query};
pub use answers::{
    Activity, Actor, ApiToken, Code, DeletionImpact, Device, Enrolment, EventDetail, EventPage, Feed,
    Generated, Impact, LogStatus, NewCode, OwnDevice, Page, Plan, Policy, Problem, ProblemField, Project,
    Subject, Tenant, TenantName, Validation,
};
pub use authenticator::Authenticator;
pub use authenticator_app::one_time_code;
pub use browser::{Browser, PASSWORD, Realm};
pub use client::{Anonymous, Client, Reply, Request};
pub use clock::{START, TestClock};
pub use database::Database;
pub use daybook_model::{Action, Role};
pub use daybook_store::Engine;
pub use device::{Attempt, TestDevice};
pub use entropy::SeededEntropy;
pub use false_provider::{FalseProvider, Forgery, IdToken, SignedBy};
pub use mail_server::{MailServer, ReceivedMail};
pub use node::Node;
pub use portal::TestPortal;
pub use provider::{Provider, Signing};
pub use reqwest::Method;
pub use sample::Sample;
pub use stream::{EventStream, Message};
pub use visitor::Visitor;
pub use wait::wait_for;

/// Lower-case hexadecimal digits.
pub fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").unwrap();
        text
    })
}

/// Makes two tests of each story, one per engine: `mod story { sqlite, postgres }`. The story gets the portal; stopping it and
/// checking it is done here.
#[macro_export]
macro_rules! both_engines {
    ($($story:ident),+ $(,)?) => { $(
        mod $story {
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn sqlite() {
                let portal = $crate::TestPortal::start($crate::Engine::Sqlite).await;
                super::$story(&portal).await;
                portal.finish().await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn postgres() {
                let portal = $crate::TestPortal::start($crate::Engine::Postgres).await;
                super::$story(&portal).await;
                portal.finish().await;
            }
        }
    )+ };
}
