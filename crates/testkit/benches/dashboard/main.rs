//! What the dashboard costs the server, beside the limit that it is to keep. Started by `cargo xtask bench dashboard`. It states figures and
//! asserts none of them; it does assert that the page was answered.
#![expect(
    clippy::pedantic,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a measurement: what goes wrong must stop it and say where"
)]

mod fill;
mod options;

use std::time::{Duration, Instant};

use axum::{Router, body::Body, http::Request};
use daybook_http::HttpConfig;
use daybook_model::EventType;
use daybook_portal::{OverviewQuery, Portal, Range};
use daybook_testkit::{Browser, Engine, Role, TestPortal};
use options::{Command, Options};
use tokio::sync::watch;
use tower::ServiceExt as _;

/// What the dashboard's HTML may take at the server.
const LIMIT: Duration = Duration::from_millis(3);
/// What is measured: the whole, the part of it that is read, what is left of a request without the reads beside it, and the whole when
/// there is a new entry.
const PARTS: [&str; 4] = ["request", "reads", "page", "anew"];
/// The types whose days the dashboard draws, as the page asks for them.
const SERIES: [EventType; 6] = [
    EventType::TenantCreated,
    EventType::ProjectCreated,
    EventType::CodeGenerated,
    EventType::DeviceEnrolled,
    EventType::CodeActivated,
    EventType::ActivationRefused,
];

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match Options::parse(&arguments) {
        Command::Measure(options) => measure_all(options),
        Command::Nothing => {}
        Command::Wrong(why) => panic!("{why}"),
    }
}

/// Measures within a task, as a server answers: what waits outside of one is woken by way of another thread each time.
fn measure_all(options: Options) {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    #[expect(clippy::disallowed_methods, reason = "awaited at once")]
    runtime.block_on(async { tokio::spawn(async move { run(&options).await }).await }).unwrap();
}

async fn run(options: &Options) {
    println!(
        "request: GET /dashboard through the whole router, with its reads of the database, without network and compression"
    );
    println!("reads: the same questions asked of the portal alone: who looks, and all that the page shows");
    println!("page: the difference of each two, which is the router, and the HTML made of what was read");
    println!(
        "anew: the request when an entry has come since the one before, so that nothing is known of what was read then"
    );
    for engine in &options.engines {
        measure(*engine, options).await;
    }
}

async fn measure(engine: Engine, options: &Options) {
    let portal = TestPortal::start(engine).await;
    let used = fill::a_year(&portal).await;
    let size = portal.settle().await;
    let viewer = portal.person("grace", Role::Owner, None).await;
    let (_keeps_it_open, stopping) = watch::channel(false);
    let router = daybook_http::router(portal.portal().clone(), &HttpConfig::default(), stopping);
    let mut took = PARTS.map(|_| vec![]);
    let mut bytes = 0;
    for number in 0..options.requests {
        // They take turns, so that whatever else the machine does meets both.
        let start = Instant::now();
        bytes = request(&router, &viewer).await;
        let whole = start.elapsed();
        let start = Instant::now();
        read(portal.portal(), &viewer).await;
        let reads = start.elapsed();
        fill::refusal(portal.portal(), &used, number).await;
        portal.settle().await;
        let start = Instant::now();
        request(&router, &viewer).await;
        let anew = start.elapsed();
        for (took, part) in took.iter_mut().zip([whole, reads, whole.saturating_sub(reads), anew]) {
            took.push(part);
        }
    }
    println!(
        "\n{engine}, {size} entries, {bytes} bytes of HTML, {} requests one after the other",
        options.requests
    );
    println!("{:<10}{:>10}{:>10}{:>24}", "", "p50 ms", "p99 ms", "p50 of the limit (3 ms)");
    for (part, took) in PARTS.iter().zip(&mut took) {
        took.sort_unstable();
        let at = |part: f64| took[((took.len() - 1) as f64 * part) as usize].as_secs_f64() * 1e3;
        let share = 100.0 * at(0.5) / (LIMIT.as_secs_f64() * 1e3);
        println!("{part:<10}{:>10.2}{:>10.2}{share:>22.0} %", at(0.5), at(0.99));
    }
    portal.finish().await;
}

/// Asks for the page; answers with its size.
async fn request(router: &Router, viewer: &Browser) -> usize {
    let request = Request::get("/dashboard").header("cookie", viewer.cookie().unwrap()).body(Body::empty());
    let response = router.clone().oneshot(request.unwrap()).await.unwrap();
    assert_eq!(response.status(), 200);
    axum::body::to_bytes(response.into_body(), usize::MAX).await.unwrap().len()
}

/// Reads what the page shows.
async fn read(portal: &Portal, viewer: &Browser) {
    let cookie = viewer.cookie().unwrap();
    portal.authenticate_session(cookie.split_once('=').unwrap().1).await.unwrap();
    let today = portal.store().now().day();
    let range = Range { first: today - 29, last: today };
    let query = OverviewQuery { range, series: &SERIES, projects: 6, shown: None, newest: 25 };
    portal.overview(query).await.unwrap();
}
