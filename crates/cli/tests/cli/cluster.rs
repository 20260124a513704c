//! Three servers on one PostgreSQL under load, while connections are cut and servers are killed: what is sent again under its key until it
//! is answered is done once, and each server streams every entry of one log once and in order.

use std::{
    io::{self, BufRead, BufReader, Write},
    net::TcpStream,
    sync::{
        Mutex,
        atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering},
    },
    thread,
    time::Instant,
};

use rustix::process::Signal;
use serde_json::Value;

use crate::{
    load::{self, Deed, Done, verify},
    postgres::{self, Database},
    program::{Folder, PATIENCE, Running, http},
};

const SERVE: [&str; 3] = ["serve", "--listen", "127.0.0.1:0"];
const NODES: usize = 3;
const CALLERS: usize = 6;
/// How often each caller does the three things that it does. `DAYBOOK_CUTS` says how often in a longer run.
const TURNS: usize = 12;
/// Connections are cut whenever so many answers have come.
const ANSWERS: usize = 8;
/// Which cut is the end of a server.
const FATAL: usize = 6;

/// Servers come and go; each place has the address of the one that is there.
struct Cluster<'a> {
    folder: &'a Folder,
    token: String,
    addresses: Vec<Mutex<String>>,
    answers: AtomicUsize,
    is_over: AtomicBool,
    /// How many entries the log has in the end, once that is known.
    size: AtomicU64,
}

impl Cluster<'_> {
    fn address(&self, place: usize) -> String {
        self.addresses[place % NODES].lock().unwrap().clone()
    }

    fn start(&self, place: usize) -> Running {
        let (server, address) = self.folder.serve(&SERVE);
        *self.addresses[place].lock().unwrap() = address;
        server
    }

    /// Sends something to one server after the other until one answers.
    fn insist(&self, place: usize, deed: &Deed) -> Value {
        let started = Instant::now();
        for attempt in 0.. {
            match deed.send(&self.address(place + attempt), &self.token) {
                Ok((200..300, answer)) => return answer,
                Ok((503, answer))
                    if ["UNAVAILABLE", "OUTCOME_UNKNOWN"].contains(&answer["code"].as_str().unwrap()) => {}
                Ok(wrong) => panic!("{deed:?}: {wrong:?}"),
                Err(_) => {}
            }
            assert!(started.elapsed() < PATIENCE, "nobody answers {deed:?}");
            thread::yield_now();
        }
        unreachable!()
    }

    fn call(&self, caller: usize, turns: usize) -> Done {
        let mut done = vec![];
        for turn in 0..turns {
            let go = |deed: Deed| {
                let answer = self.insist(caller + turn, &deed);
                done.push((deed, answer.clone()));
                self.answers.fetch_add(1, Ordering::Relaxed);
                Ok::<_, ()>(answer)
            };
            Deed::do_all(&format!("{caller}-{turn}"), go).unwrap();
        }
        done
    }

    /// Follows the log at one place to its end, going on after what was seen whenever the stream is cut. Answers how often it was.
    fn follow(&self, place: usize) -> usize {
        let (mut next, mut cuts) = (0, 0);
        let started = Instant::now();
        while next < self.size.load(Ordering::Acquire) {
            assert!(started.elapsed() < PATIENCE, "place {place} came to {next} only");
            cuts += usize::from(self.read(place, &mut next).is_err());
        }
        cuts
    }

    /// Reads one stream as long as it goes on, or to the end of the log.
    fn read(&self, place: usize, next: &mut u64) -> io::Result<()> {
        let address = self.address(place);
        let host = address.strip_prefix("http://").unwrap();
        let mut stream = TcpStream::connect(host)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        let after = i64::try_from(*next).unwrap() - 1;
        write!(
            stream,
            "GET /admin/api/events/stream?after={after} HTTP/1.0\r\nHost: {host}\r\nAuthorization: Bearer {}\r\n\r\n",
            self.token
        )?;
        for line in BufReader::new(stream).lines() {
            let line = line?;
            if let Some(id) = line.strip_prefix("id: ") {
                assert_eq!(id.parse(), Ok(*next), "place {place}: each once and in order");
                *next += 1;
            }
            if *next >= self.size.load(Ordering::Acquire) {
                return Ok(());
            }
        }
        Err(io::Error::from(io::ErrorKind::UnexpectedEof))
    }

    /// Cuts connections to the database whenever enough was answered, the sequencer's among them, and kills a server now and then.
    fn disturb(&self, database: &Database, servers: &mut [Option<Running>]) -> usize {
        let (mut cuts, mut wanted) = (0, ANSWERS);
        while !self.is_over.load(Ordering::Acquire) {
            if self.answers.load(Ordering::Relaxed) < wanted {
                thread::yield_now();
                continue;
            }
            cuts += 1;
            database.cut(2);
            if cuts % FATAL == 0 {
                let place = (cuts / FATAL) % NODES;
                let server = servers[place].take().unwrap();
                server.signal(Signal::KILL);
                server.end();
                servers[place] = Some(self.start(place));
            }
            wanted = self.answers.load(Ordering::Relaxed) + ANSWERS;
        }
        cuts
    }
}

/// The size of the log, once nothing waits for its place.
fn settled(url: &str, token: &str) -> u64 {
    let started = Instant::now();
    loop {
        let (_, status) = http("GET", &format!("{url}/admin/api/log/status"), token, None);
        if status["pending"] == 0 {
            return status["size"].as_u64().unwrap();
        }
        assert!(started.elapsed() < PATIENCE, "{status}");
    }
}

#[test]
fn three_servers_share_one_log_whatever_is_cut() {
    let turns = std::env::var("DAYBOOK_CUTS").map_or(TURNS, |text| text.parse().unwrap());
    let database = Database::new();
    let folder = postgres::folder(&database);
    let token = folder.ok(&["token", "create", "--name", "Ada", "--role", "owner"]).trim().to_owned();
    let cluster = Cluster {
        folder: &folder,
        token,
        addresses: (0..NODES).map(|_| Mutex::default()).collect(),
        answers: AtomicUsize::new(0),
        is_over: AtomicBool::new(false),
        size: AtomicU64::new(u64::MAX),
    };
    let mut servers: Vec<_> = (0..NODES).map(|place| Some(cluster.start(place))).collect();
    load::tenant(&cluster.address(0), &cluster.token);
    thread::scope(|scope| {
        let followers: Vec<_> = (0..NODES)
            .map(|place| {
                let cluster = &cluster;
                scope.spawn(move || cluster.follow(place))
            })
            .collect();
        let callers: Vec<_> = (0..CALLERS)
            .map(|caller| {
                let cluster = &cluster;
                scope.spawn(move || cluster.call(caller, turns))
            })
            .collect();
        let (cluster, database, servers) = (&cluster, &database, &mut servers);
        let disturbance = scope.spawn(move || cluster.disturb(database, servers));
        let done: Done = callers.into_iter().flat_map(|caller| caller.join().unwrap()).collect();
        cluster.is_over.store(true, Ordering::Release);
        assert!(disturbance.join().unwrap() >= FATAL, "connections were cut, and servers killed");
        assert_eq!(done.len(), CALLERS * turns * 3);

        let (address, token) = (cluster.address(0), &cluster.token);
        verify(&address, token, &done);
        cluster.size.store(settled(&address, token), Ordering::Release);
        // One more, so that whoever waits for the next entry sees that it was the last.
        cluster.insist(0, &Deed::generate("last"));
        let cuts: usize = followers.into_iter().map(|follower| follower.join().unwrap()).sum();
        assert!(cuts > 0, "no stream was ever cut");
    });
    for server in servers.into_iter().flatten() {
        server.stop();
    }
    assert!(folder.ok(&["check"]).contains("differences  0"));
}
