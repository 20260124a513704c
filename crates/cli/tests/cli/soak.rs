//! Both engines at half of what they can do, one beside the other, for as long as is asked: every request is answered well, every event is
//! told, and the longer it lasts the server neither grows nor falls behind.

#![expect(clippy::print_stdout, reason = "the figures, for whoever asks with --nocapture")]
#![expect(clippy::cast_precision_loss, reason = "requests of one run")]

use std::{
    convert::Infallible,
    sync::{
        Mutex,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use daybook_model::Timestamp;
use daybook_testkit::{
    TestClock,
    figures::{median, millis, percentile},
};

use crate::{
    connection::Connection,
    load::{self, Deed},
    nodes::settled,
    postgres::{self, Database},
    program::{Folder, Running, follow, memory},
};

/// For how many seconds. `DAYBOOK_SOAK_SECONDS` says so for a longer run.
const SECONDS: u64 = 12;
/// For how long before that it is measured what the servers can do.
const CALIBRATION: Duration = Duration::from_secs(3);
const CALLERS: u32 = 4;
/// How often is looked, in equal parts of the time; what the first quarter shows is the filling of caches.
const LOOKS: u32 = 12;
/// What somebody who looks at the portal asks for after each turn.
const PAGES: [&str; 3] =
    ["/admin/api/dashboard-stats", "/admin/api/recent-activities?limit=20", "/admin/api/events?limit=50"];
/// By how much a server may be larger in the last quarter than in the second: a tenth, and what an allocator keeps for a while.
const GROWTH_MIB: f64 = 16.0;
/// By how much an event may be told later in the last quarter than in the second, in milliseconds, beside twice as late.
const LATER_MS: f64 = 20.0;
/// What must be answered of what is asked for.
const KEPT_UP: f64 = 0.95;
/// From how many seconds on the time that things take is judged. A shorter run shares the machine with other tests.
const JUDGED: u64 = 600;

/// A portal, and what is seen of it.
struct Portal {
    name: &'static str,
    url: String,
    token: String,
    process: i32,
    /// Requests that were answered.
    answers: AtomicU64,
    /// Events that must be in the log.
    events: AtomicU64,
    /// How late events were told since it was last looked, in microseconds.
    lags: Mutex<Vec<u64>>,
}

/// What a portal runs on.
struct Ground {
    server: Running,
    folder: Folder,
    _database: Option<Database>,
}

/// What was seen in one part of the time: requests a second, memory in MiB, and how late events were told in milliseconds, half of them and
/// 99 of 100.
#[derive(Debug, Clone, Copy)]
struct Look {
    rate: f64,
    memory: f64,
    lag: f64,
    late: f64,
}

impl Portal {
    fn open(name: &'static str, folder: Folder, database: Option<Database>) -> (Self, Ground) {
        let token = folder.ok(&["token", "create", "--name", "Ada", "--role", "owner"]).trim().to_owned();
        let (server, url) = folder.serve(&["serve", "--listen", "127.0.0.1:0"]);
        load::tenant(&url, &token);
        let events = AtomicU64::new(settled(&url, &token));
        let (answers, lags) = (AtomicU64::new(0), Mutex::default());
        let process = server.id();
        let portal = Self { name, url, token, process, answers, events, lags };
        (portal, Ground { server, folder, _database: database })
    }

    /// Turns until it is over: as many a second as are said, or as many as can be.
    fn call(&self, caller: &str, pace: Option<f64>, is_over: &AtomicBool) {
        let mut connection = Connection::open(&self.url, &self.token);
        let mut due = Instant::now();
        for turn in 0.. {
            if let Some(pace) = pace {
                due += Duration::from_secs_f64(1.0 / pace);
                thread::sleep(due.saturating_duration_since(Instant::now()));
            }
            if is_over.load(Ordering::Acquire) {
                return;
            }
            self.turn(&mut connection, &format!("{caller}-{turn}"));
        }
    }

    /// Two codes are generated, one is used and one revoked; then somebody looks.
    fn turn(&self, connection: &mut Connection, number: &str) {
        let go = |deed: Deed| {
            let answer = deed.over(connection);
            self.events.fetch_add(deed.events(), Ordering::Relaxed);
            self.answers.fetch_add(1, Ordering::Relaxed);
            Ok::<_, Infallible>(answer)
        };
        let Ok(()) = Deed::do_all(number, go);
        for page in PAGES {
            connection.get(page);
            self.answers.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Follows the log, until it is over and the last event is told.
    fn follow(&self, after: u64, last: &AtomicU64) {
        let mut next = after + 1;
        for line in follow(&self.url, &self.token, i64::try_from(after).unwrap()).unwrap() {
            let line = line.unwrap();
            if let Some(id) = line.strip_prefix("id: ") {
                assert_eq!(id.parse(), Ok(next), "{}: each once and in order", self.name);
                next += 1;
            }
            if let Some(data) = line.strip_prefix("data: ") {
                let lag = TestClock::real().now().as_micros() - occurred_at(data);
                self.lags.lock().unwrap().push(u64::try_from(lag).unwrap_or_default());
            }
            if next >= last.load(Ordering::Acquire) {
                return;
            }
        }
        panic!("{}: the stream ended before {next}", self.name)
    }

    /// What was seen since the last look.
    fn look(&self, before: &mut (u64, Instant)) -> Look {
        let (answers, now) = (self.answers.load(Ordering::Relaxed), Instant::now());
        let rate = (answers - before.0) as f64 / (now - before.1).as_secs_f64();
        *before = (answers, now);
        let mut lags = std::mem::take(&mut *self.lags.lock().unwrap());
        lags.sort_unstable();
        let (lag, late) = (millis(percentile(&lags, 0.5)), millis(percentile(&lags, 0.99)));
        let memory = memory(self.process, "VmRSS") as f64 / 1_024.0;
        Look { rate, memory, lag, late }
    }

    /// Nothing is missing, and the tables follow from the log.
    fn end(&self, ground: Ground) {
        let (size, events) = (settled(&self.url, &self.token), self.events.load(Ordering::Relaxed));
        assert_eq!(size, events, "{}: the log has what was answered, and nothing else", self.name);
        let said = ground.server.stop();
        assert!(!said.contains("ERROR") && !said.contains(" WARN "), "{}: {said}", self.name);
        assert!(ground.folder.ok(&["check"]).contains("differences  0"), "{}", self.name);
    }
}

/// When an event that is told has happened.
fn occurred_at(data: &str) -> i64 {
    let (_, rest) = data.split_once("\"occurred_at\":\"").unwrap();
    rest.split('"').next().unwrap().parse::<Timestamp>().unwrap().as_micros()
}

/// How many turns a second each portal comes to, with as many callers at each as there are, while the others are at work too.
fn capacity(portals: &[Portal]) -> Vec<f64> {
    let is_over = AtomicBool::new(false);
    let done: Vec<u64> = portals.iter().map(|portal| portal.answers.load(Ordering::Relaxed)).collect();
    thread::scope(|scope| {
        for (portal, caller) in portals.iter().flat_map(|portal| (0..CALLERS).map(move |c| (portal, c))) {
            let is_over = &is_over;
            scope.spawn(move || portal.call(&format!("calibration-{caller}"), None, is_over));
        }
        thread::sleep(CALIBRATION);
        is_over.store(true, Ordering::Release);
    });
    let turn = (3 + PAGES.len()) as f64;
    let rate = |(portal, done): (&Portal, u64)| {
        (portal.answers.load(Ordering::Relaxed) - done) as f64 / turn / CALIBRATION.as_secs_f64()
    };
    portals.iter().zip(done).map(rate).collect()
}

/// Looks at each portal again and again, as long as all goes well; answers with what was seen of each.
fn observe(portals: &[Portal], part: Duration, all_goes_well: impl Fn() -> bool) -> Vec<Vec<Look>> {
    let mut seen: Vec<Vec<Look>> = portals.iter().map(|_| vec![]).collect();
    let mut before: Vec<_> =
        portals.iter().map(|portal| (portal.answers.load(Ordering::Relaxed), Instant::now())).collect();
    for number in 1..=LOOKS {
        let due = Instant::now() + part;
        while Instant::now() < due && all_goes_well() {
            thread::sleep(Duration::from_millis(50).min(due.saturating_duration_since(Instant::now())));
        }
        for ((portal, seen), before) in portals.iter().zip(&mut seen).zip(&mut before) {
            let look = portal.look(before);
            let Look { rate, memory, lag, late } = look;
            println!(
                "{number:>2} of {LOOKS}  {:<10}  {rate:>6.0} requests/s  {memory:>6.1} MiB  told after {lag:>5.1} ms, p99 {late:>6.1}",
                portal.name
            );
            seen.push(look);
        }
    }
    seen
}

/// The last quarter is as the second.
fn judge(name: &str, looks: &[Look], asked: f64, times_count: bool) {
    let quarter = |number: usize| looks.chunks(looks.len() / 4).nth(number).unwrap().iter();
    let most = |number| quarter(number).map(|look| look.memory).fold(0.0, f64::max);
    assert!(most(3) <= most(1) * 1.1 + GROWTH_MIB, "{name} grows: {looks:?}");
    if times_count {
        let late = |number| median(quarter(number).map(|look| look.late));
        assert!(late(3) <= late(1) * 2.0 + LATER_MS, "{name} falls behind: {looks:?}");
        let rate = median(looks.iter().map(|look| look.rate));
        assert!(rate >= asked * KEPT_UP, "{name} was asked {asked:.0} times a second: {looks:?}");
    }
}

#[test]
fn nothing_grows_at_half_of_the_capacity() {
    let seconds = std::env::var("DAYBOOK_SOAK_SECONDS").map_or(SECONDS, |text| text.parse().unwrap());
    let database = Database::new();
    let folder = postgres::folder(&database);
    let (portals, grounds): (Vec<_>, Vec<_>) =
        [Portal::open("SQLite", Folder::new(), None), Portal::open("PostgreSQL", folder, Some(database))]
            .into_iter()
            .unzip();
    let requests = (3 + PAGES.len()) as f64;
    let half: Vec<f64> = capacity(&portals).iter().map(|turns| turns / 2.0).collect();
    for (portal, half) in portals.iter().zip(&half) {
        println!("{}: half of the capacity are {:.0} requests/s", portal.name, half * requests);
    }
    let is_over = AtomicBool::new(false);
    let last: Vec<_> = portals.iter().map(|_| AtomicU64::new(u64::MAX)).collect();
    let seen = thread::scope(|scope| {
        let (mut callers, mut followers) = (vec![], vec![]);
        for ((portal, half), last) in portals.iter().zip(&half).zip(&last) {
            let after = settled(&portal.url, &portal.token) - 1;
            followers.push(scope.spawn(move || portal.follow(after, last)));
            for caller in 0..CALLERS {
                let (pace, is_over) = (half / f64::from(CALLERS), &is_over);
                callers
                    .push(scope.spawn(move || portal.call(&format!("soak-{caller}"), Some(pace), is_over)));
            }
        }
        let all = || !callers.iter().chain(&followers).any(thread::ScopedJoinHandle::is_finished);
        let seen = observe(&portals, Duration::from_secs(seconds) / LOOKS, all);
        is_over.store(true, Ordering::Release);
        let failed = callers.into_iter().map(thread::ScopedJoinHandle::join).filter(Result::is_err).count();
        for (portal, last) in portals.iter().zip(&last) {
            // After one more turn, so that whoever waits for the next event sees that it was the last.
            let end = settled(&portal.url, &portal.token) + 1;
            last.store(if failed == 0 { end } else { 0 }, Ordering::Release);
            portal.turn(&mut Connection::open(&portal.url, &portal.token), "last");
        }
        assert_eq!(failed, 0, "callers that were not answered as they should be");
        seen
    });
    for (((portal, ground), looks), half) in portals.iter().zip(grounds).zip(seen).zip(half) {
        judge(portal.name, &looks, half * requests, seconds >= JUDGED);
        portal.end(ground);
    }
}
