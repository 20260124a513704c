//! The order of a run: on each engine, the levels take turns, so that whatever else the machine does meets all of them.

use std::{
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use daybook_http::HttpConfig;
use daybook_store::Engine;
use daybook_testkit::{
    figures::{grouped, median, millis, percentile},
    machine,
};
use tokio::{net::TcpListener, sync::watch, task::JoinSet};

use crate::{
    bare::{BarePostgres, BareSqlite, Log},
    client,
    ground::{self, Ground, Ticket},
    levels, load,
    load::Load,
    options::Options,
    system::unix_micros,
    template::{self, EventRows},
};

/// What is measured, from the bare engine upwards: the first keeps no log, and says what a log costs.
const LEVELS: [&str; 5] = ["no log", "bare", "store", "portal", "http"];

/// One measurement of one level.
struct Turn {
    level: &'static str,
    round: usize,
    load: Load,
    /// How long each committed activation waited for its place in the log, sorted, in microseconds (PostgreSQL).
    lags: Vec<u64>,
}

/// Two databases on one engine: one for the bare engine, one for everything above it.
struct Pair {
    engine: Engine,
    bare: Ground,
    template: [EventRows; 2],
    above: Ground,
}

/// Measures everything that was asked for and prints it.
pub(crate) async fn run(options: &Options) {
    let folder = &options.folder;
    let (median, worst) = machine::sync_latency(folder);
    println!("machine: {}", machine::processors());
    println!(
        "disk: fdatasync of 4 KiB takes {:.2} ms (median), {:.2} ms (p99) in {}",
        median.as_secs_f64() * 1e3,
        worst.as_secs_f64() * 1e3,
        folder.display()
    );
    for engine in &options.engines {
        measure(*engine, options).await;
    }
}

async fn measure(engine: Engine, options: &Options) {
    if engine == Engine::Postgres {
        server_settings().await;
    }
    let mut pair = Pair::prepare(engine, options).await;
    for callers in &options.callers {
        let mut turns = vec![];
        for round in 0..options.rounds {
            for level in LEVELS.into_iter().filter(|level| options.measures(level)) {
                turns.push(pair.turn(level, round, *callers, options.duration).await);
            }
        }
        print_table(engine, *callers, &turns);
    }
    pair.generating(options.rounds).await;
    if engine == Engine::Postgres {
        pair.drain(options.duration).await;
    }
    pair.bare.remove().await;
    pair.above.remove().await;
}

pub(crate) async fn server_settings() {
    let server = ground::connect(&ground::server()).await;
    let mut told = vec![];
    for name in [
        "server_version",
        "fsync",
        "synchronous_commit",
        "full_page_writes",
        "shared_buffers",
        "max_wal_size",
    ] {
        let row = server.query_one(&format!("SHOW {name}"), &[]).await.unwrap();
        told.push(format!("{name} {}", row.get::<_, String>(0)));
    }
    println!("\nPostgreSQL: {}", told.join(", "));
}

impl Pair {
    async fn prepare(engine: Engine, options: &Options) -> Self {
        let mut bare = Ground::prepare(engine, &options.folder, "bare").await;
        let template = template::read(&bare).await;
        bare.start_workers();
        let mut above = Ground::prepare(engine, &options.folder, "above").await;
        above.start_workers();
        Self { engine, bare, template, above }
    }

    fn ground(&self, level: &str) -> &Ground {
        if matches!(level, "no log" | "bare") { &self.bare } else { &self.above }
    }

    async fn turn(&self, level: &'static str, round: usize, callers: usize, duration: Duration) -> Turn {
        let ground = self.ground(level);
        let tickets = ground.tickets_for((load::WARM_UP + duration).as_secs_f64()).await;
        let size = settle(ground).await;
        let devices = ground.database().count("devices").await;
        let watch = Watch::start(ground);
        let load = match level {
            "no log" => self.bare(callers, duration, tickets, Log::None).await,
            "bare" => self.bare(callers, duration, tickets, Log::Kept).await,
            "store" => {
                let store = ground.store().clone();
                let call = move |ticket| {
                    let store = store.clone();
                    async move { levels::store(&store, ticket).await }
                };
                load::run(callers, duration, tickets, call).await
            }
            "portal" => {
                let portal = ground.portal.clone();
                let call = move |ticket| {
                    let portal = portal.clone();
                    async move { levels::portal(&portal, ticket).await }
                };
                load::run(callers, duration, tickets, call).await
            }
            _ => served(ground, callers, duration, &tickets).await,
        };
        let after = settle(ground).await;
        let done = load.samples.len();
        let made = ground.database().count("devices").await - devices;
        assert_eq!(usize::try_from(made).unwrap(), done, "{level}: devices for activations");
        let events = if level == "no log" { 0 } else { 2 * done };
        assert_eq!(usize::try_from(after - size).unwrap(), events, "{level}: events for activations");
        let lags = if self.engine == Engine::Postgres { watch.lags(size, &load) } else { vec![] };
        Turn { level, round, load, lags }
    }

    async fn bare(&self, callers: usize, duration: Duration, tickets: Vec<Ticket>, log: Log) -> Load {
        match self.engine {
            Engine::Sqlite => {
                let bare = BareSqlite::open(self.bare.database().open_file(), self.template.clone(), log);
                let caller = bare.caller();
                let call = move |ticket| {
                    let caller = caller.clone();
                    async move { caller.activate(ticket).await }
                };
                let load = load::run(callers, duration, tickets, call).await;
                bare.close();
                load
            }
            Engine::Postgres => {
                let bare = BarePostgres::open(self.bare.database(), self.template.clone(), log).await;
                let call = move |ticket| {
                    let bare = bare.clone();
                    async move { bare.activate(ticket).await }
                };
                load::run(callers, duration, tickets, call).await
            }
        }
    }

    /// What one request for codes takes.
    async fn generating(&self, rounds: usize) {
        for count in [1, 1_000] {
            let mut took = vec![];
            for _ in 0..rounds.max(5) {
                took.push(millis(self.above.time_generating(count).await));
            }
            println!(
                "{}: generating {count} codes in one request takes {:.1} ms (median)",
                self.engine,
                median(took)
            );
        }
    }

    /// How fast the sequencer is when it has nothing to wait for.
    async fn drain(&mut self, duration: Duration) {
        self.bare.stop_workers().await;
        let tickets = self.bare.tickets_for((load::WARM_UP + duration).as_secs_f64()).await;
        let before = settle_by_hand(&self.bare).await;
        self.bare(16, duration, tickets, Log::Kept).await;
        let start = Instant::now();
        let after = self.bare.store().drain().await.unwrap();
        let took = start.elapsed().as_secs_f64();
        #[expect(clippy::cast_precision_loss, reason = "a rate of one run")]
        let events = (after - before) as f64;
        println!(
            "{}: the sequencer alone numbers {} events/s ({events} of activations)",
            self.engine,
            grouped(events / took)
        );
    }
}

/// Waits until everything has its number, and answers with the size of the log.
pub(crate) async fn settle(ground: &Ground) -> i64 {
    loop {
        let status = ground.portal.log_status().await.unwrap();
        if status.pending == 0 {
            return i64::try_from(status.size).unwrap();
        }
        ground.store().wait_beyond(status.size, Duration::from_millis(20)).await;
    }
}

async fn settle_by_hand(ground: &Ground) -> u64 {
    ground.store().drain().await.unwrap()
}

/// The HTTP server on this ground, with its clients in another process.
async fn served(ground: &Ground, callers: usize, duration: Duration, tickets: &[Ticket]) -> Load {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let stop = watch::Sender::new(false);
    let mut stopped = stop.subscribe();
    let asked_to_stop = async move {
        let _gone = stopped.wait_for(|stop| *stop).await;
    };
    let mut server = JoinSet::new();
    server.spawn(daybook_http::serve(listener, ground.portal.clone(), HttpConfig::default(), asked_to_stop));
    let load = client::measure(&address, callers, duration, tickets).await;
    stop.send_replace(true);
    server.join_next().await.unwrap().unwrap().unwrap();
    load
}

/// When the log had which size, as this process heard of it.
pub(crate) struct Watch {
    heard: Arc<Mutex<Vec<(i64, i64)>>>,
    _task: JoinSet<()>,
}

impl Watch {
    pub(crate) fn start(ground: &Ground) -> Self {
        let heard = Arc::new(Mutex::new(vec![]));
        let (mut head, told) = (ground.store().head(), Arc::clone(&heard));
        let mut task = JoinSet::new();
        task.spawn(async move {
            while head.changed().await.is_ok() {
                let size = i64::try_from(head.borrow_and_update().size).unwrap();
                told.lock().unwrap().push((unix_micros(), size));
            }
        });
        Self { heard, _task: task }
    }

    /// Activations take their places in the order in which they commit, two events each: the k-th is in the log once the log is that long.
    pub(crate) fn lags(&self, size: i64, load: &Load) -> Vec<u64> {
        let heard = self.heard.lock().unwrap();
        let mut heard = heard.iter().peekable();
        let mut lags = vec![];
        for (sample, needed) in load.samples.iter().zip((size + 2..).step_by(2)) {
            while heard.next_if(|(_, size)| *size < needed).is_some() {}
            let Some((at, _)) = heard.peek() else { break };
            lags.push(u64::try_from(at - sample.ended).unwrap_or(0));
        }
        lags.sort_unstable();
        lags
    }
}

fn print_table(engine: Engine, callers: usize, turns: &[Turn]) {
    let rounds = turns.iter().map(|turn| turn.round).max().unwrap_or_default() + 1;
    println!("\n{engine}, {callers} callers, medians of {rounds} rounds");
    println!(
        "{:<8}{:>15}{:>14}{:>10}{:>10}{:>14}{:>14}",
        "level", "activations/s", "of the limit", "p50 ms", "p99 ms", "lag p50 ms", "lag p99 ms"
    );
    for level in LEVELS {
        let own: Vec<&Turn> = turns.iter().filter(|turn| turn.level == level).collect();
        if own.is_empty() {
            continue;
        }
        let limit = |round| turns.iter().find(|turn| turn.level == "bare" && turn.round == round);
        let ratio = |turn: &&Turn| Some(100.0 * turn.load.rate() / limit(turn.round)?.load.rate());
        let of = |value: &dyn Fn(&Turn) -> f64| median(own.iter().map(|turn| value(turn)));
        let lag = |part: f64| match engine {
            Engine::Sqlite => "none".to_owned(),
            Engine::Postgres => format!("{:.1}", of(&|turn| millis(percentile(&turn.lags, part)))),
        };
        println!(
            "{level:<8}{:>15}{:>12.0} %{:>10.2}{:>10.2}{:>14}{:>14}",
            grouped(of(&|turn| turn.load.rate())),
            median(own.iter().filter_map(ratio)),
            of(&|turn| millis(turn.load.latency(0.5))),
            of(&|turn| millis(turn.load.latency(0.99))),
            lag(0.5),
            lag(0.99),
        );
    }
}
