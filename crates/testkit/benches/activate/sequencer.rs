//! The sequencer of PostgreSQL: how fast it numbers what waits, and how long what is committed waits for its number at full write load.

use std::time::Instant;

use daybook_store::Engine;
use daybook_testkit::{
    figures::{grouped, median, millis, percentile},
    machine,
};

use crate::{
    ground::Ground,
    levels, load,
    options::Options,
    run::{Watch, server_settings, settle},
};

/// Events of one second that the sequencer is to number.
const DRAIN: f64 = 45_000.0;
/// How long an event is to wait at most, in milliseconds.
const LAG: f64 = 50.0;

/// Measures everything that was asked for and prints it.
pub(crate) async fn run(options: &Options) {
    println!("machine: {}", machine::processors());
    server_settings().await;
    let mut ground = Ground::prepare(Engine::Postgres, &options.folder, "sequencer").await;
    drain(&ground, options).await;
    ground.start_workers();
    println!(
        "\n{:<10}{:>15}{:>14}{:>14}{:>24}",
        "callers", "events/s", "lag p50 ms", "lag p99 ms", "p99 of the aim (50 ms)"
    );
    for callers in &options.callers {
        let mut rounds = vec![];
        for _ in 0..options.rounds {
            rounds.push(lag(&ground, *callers, options).await);
        }
        let of = |at: usize| median(rounds.iter().map(|round| round[at]));
        println!(
            "{callers:<10}{:>15}{:>14.1}{:>14.1}{:>22.0} %",
            grouped(of(0)),
            of(1),
            of(2),
            100.0 * of(2) / LAG
        );
    }
    ground.remove().await;
}

/// Events are committed while no sequencer runs, then numbered by one that has nothing to wait for.
async fn drain(ground: &Ground, options: &Options) {
    let mut rates = vec![];
    for _ in 0..options.rounds {
        let before = ground.store().drain().await.unwrap();
        ground.tickets(options.events / options.rounds).await;
        let start = Instant::now();
        let after = ground.store().drain().await.unwrap();
        #[expect(clippy::cast_precision_loss, reason = "a rate of one run")]
        let events = (after - before) as f64;
        let took = start.elapsed().as_secs_f64();
        println!("{} events that waited were numbered in {took:.2} s", grouped(events));
        rates.push(events / took);
    }
    let rate = median(rates);
    println!(
        "the sequencer alone numbers {} events/s: {:.0} % of the aim",
        grouped(rate),
        100.0 * rate / DRAIN
    );
}

/// Events a second, and what half and 99 of 100 of them waited for their number at most, while units of work are committed as fast as
/// the machine can.
async fn lag(ground: &Ground, callers: usize, options: &Options) -> [f64; 3] {
    let tickets = ground.tickets_for((load::WARM_UP + options.duration).as_secs_f64()).await;
    let size = settle(ground).await;
    let watch = Watch::start(ground);
    let store = ground.store().clone();
    let call = move |ticket| {
        let store = store.clone();
        async move { levels::store(&store, ticket).await }
    };
    let load = load::run(callers, options.duration, tickets, call).await;
    settle(ground).await;
    let lags = watch.lags(size, &load);
    [2.0 * load.rate(), millis(percentile(&lags, 0.5)), millis(percentile(&lags, 0.99))]
}
