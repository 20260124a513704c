//! Several servers on one database under load, with somebody who follows the log at each. Must not know what goes wrong meanwhile: that is
//! each test's own.

use std::{
    io,
    sync::{
        Mutex,
        atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering},
    },
    thread,
    time::Instant,
};

use serde_json::Value;

use crate::{
    load::{Deed, Done, verify},
    program::{Folder, PATIENCE, Running, follow, http, text},
};

const SERVE: [&str; 3] = ["serve", "--listen", "127.0.0.1:0"];

/// Servers come and go; each place has the address of the one that is there.
pub(crate) struct Nodes<'a> {
    folder: &'a Folder,
    token: String,
    addresses: Vec<Mutex<String>>,
    answers: AtomicUsize,
    is_over: AtomicBool,
    is_undisturbed: AtomicBool,
    /// How many entries the log has in the end, once that is known.
    size: AtomicU64,
}

/// Who does how much.
pub(crate) struct Load<'a> {
    /// What tells it from other loads on the same database.
    pub(crate) name: &'a str,
    pub(crate) callers: usize,
    /// How often each caller does the three things that it does; if that is not said, until nobody disturbs any more.
    pub(crate) turns: Option<usize>,
}

/// Lets followers end when the test has failed: they would wait for the end of a log that nobody writes.
struct EndOfFollowers<'a>(&'a AtomicU64);

impl Drop for EndOfFollowers<'_> {
    fn drop(&mut self) {
        if thread::panicking() {
            self.0.store(0, Ordering::Release);
        }
    }
}

/// Says that nobody disturbs any more, also when that has failed.
struct EndOfWork<'a>(&'a AtomicBool);

impl Drop for EndOfWork<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Release);
    }
}

impl<'a> Nodes<'a> {
    /// So many places, at which nobody is yet.
    pub(crate) fn new(folder: &'a Folder, token: String, places: usize) -> Self {
        Self {
            folder,
            token,
            addresses: (0..places).map(|_| Mutex::default()).collect(),
            answers: AtomicUsize::new(0),
            is_over: AtomicBool::new(false),
            is_undisturbed: AtomicBool::new(false),
            size: AtomicU64::new(u64::MAX),
        }
    }

    /// Starts the server of a place.
    pub(crate) fn start(&self, place: usize) -> Running {
        let (server, address) = self.folder.serve(&SERVE);
        *self.addresses[place].lock().unwrap() = address;
        server
    }

    pub(crate) fn address(&self, place: usize) -> String {
        self.addresses[place % self.addresses.len()].lock().unwrap().clone()
    }

    /// How many answers the callers have had.
    pub(crate) fn answers(&self) -> usize {
        self.answers.load(Ordering::Relaxed)
    }

    /// Waits until the callers have had so many answers; whether they are still at work.
    pub(crate) fn wait_for_answers(&self, wanted: usize) -> bool {
        while self.answers() < wanted && !self.is_over.load(Ordering::Acquire) {
            thread::yield_now();
        }
        !self.is_over.load(Ordering::Acquire)
    }

    /// Sends something to one server after the other until one answers.
    pub(crate) fn insist(&self, place: usize, deed: &Deed) -> Value {
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

    /// Lets callers work while somebody disturbs them, until all is done: each thing once, and each server has streamed every entry
    /// once and in order. Answers with what was done, how often a stream was cut, and what the disturbance says.
    pub(crate) fn work<T: Send>(&self, load: &Load, disturb: impl FnOnce() -> T + Send) -> (Done, usize, T) {
        self.answers.store(0, Ordering::Relaxed);
        self.is_over.store(false, Ordering::Release);
        self.is_undisturbed.store(false, Ordering::Release);
        self.size.store(u64::MAX, Ordering::Release);
        thread::scope(|scope| {
            let _end = EndOfFollowers(&self.size);
            let followers: Vec<_> =
                (0..self.addresses.len()).map(|place| scope.spawn(move || self.follow(place))).collect();
            let callers: Vec<_> =
                (0..load.callers).map(|caller| scope.spawn(move || self.call(caller, load))).collect();
            let disturbance = scope.spawn(|| {
                let _end = EndOfWork(&self.is_undisturbed);
                disturb()
            });
            let done: Done = {
                let _over = EndOfWork(&self.is_over);
                callers.into_iter().flat_map(|caller| caller.join().unwrap()).collect()
            };
            let said = disturbance.join().unwrap();
            assert!(load.turns.is_none_or(|turns| done.len() == load.callers * turns * 3));

            let address = self.address(0);
            verify(&address, &self.token, &done);
            self.size.store(settled(&address, &self.token), Ordering::Release);
            // One more, so that whoever waits for the next entry sees that it was the last.
            self.insist(0, &Deed::generate(&format!("{}-last", load.name)));
            let cuts = followers.into_iter().map(|follower| follower.join().unwrap()).sum();
            (done, cuts, said)
        })
    }

    fn call(&self, caller: usize, load: &Load) -> Done {
        let mut done = vec![];
        let goes_on = |turn| match load.turns {
            Some(turns) => turn < turns,
            None => !self.is_undisturbed.load(Ordering::Acquire),
        };
        for turn in (0..).take_while(|turn| goes_on(*turn)) {
            let go = |deed: Deed| {
                let answer = self.insist(caller + turn, &deed);
                done.push((deed, answer.clone()));
                self.answers.fetch_add(1, Ordering::Relaxed);
                Ok::<_, ()>(answer)
            };
            Deed::do_all(&format!("{}-{caller}-{turn}", load.name), go).unwrap();
        }
        done
    }

    /// Follows the log at one place to its end, going on after what was seen whenever the stream is cut. Answers how often it was.
    fn follow(&self, place: usize) -> usize {
        let (mut next, mut cuts) = (0, 0);
        // However long the load goes on, there is an entry to tell of now and then.
        let mut came_to = (next, Instant::now());
        while next < self.size.load(Ordering::Acquire) {
            cuts += usize::from(self.read(place, &mut next, || ()).is_err());
            if next > came_to.0 {
                came_to = (next, Instant::now());
            }
            assert!(came_to.1.elapsed() < PATIENCE, "place {place} came to {next} only");
        }
        cuts
    }

    /// What the servers have said in the log of entries that are lost.
    pub(crate) fn losses(&self) -> Vec<Value> {
        let url = format!("{}/admin/api/events?type=ENTRIES_LOST", self.address(0));
        let (status, answer) = http("GET", &url, &self.token, None);
        assert_eq!(status, 200, "{answer}");
        answer["items"].as_array().unwrap().clone()
    }

    /// Waits until a place tells of this entry.
    pub(crate) fn hear(&self, place: usize, seq: u64) {
        self.size.store(seq + 1, Ordering::Release);
        let mut next = seq;
        self.read(place, &mut next, || ()).unwrap();
    }

    /// Whether the stream of a place tells of this entry, and then ends without another. Says that it has begun.
    pub(crate) fn ends_after(&self, place: usize, seq: u64, begun: impl Fn()) -> bool {
        self.size.store(u64::MAX, Ordering::Release);
        let mut next = seq;
        self.read(place, &mut next, begun).is_err() && next == seq + 1
    }

    /// Reads one stream as long as it goes on, or to the end of the log.
    fn read(&self, place: usize, next: &mut u64, heard: impl Fn()) -> io::Result<()> {
        let after = i64::try_from(*next).unwrap() - 1;
        for line in follow(&self.address(place), &self.token, after)? {
            let line = line?;
            if let Some(id) = line.strip_prefix("id: ") {
                assert_eq!(id.parse(), Ok(*next), "place {place}: each once and in order");
                *next += 1;
                heard();
            }
            if *next >= self.size.load(Ordering::Acquire) {
                return Ok(());
            }
        }
        Err(io::Error::from(io::ErrorKind::UnexpectedEof))
    }
}

/// The size of the log, once nothing waits for its place.
pub(crate) fn settled(url: &str, token: &str) -> u64 {
    let started = Instant::now();
    loop {
        let (_, status) = http("GET", &format!("{url}/admin/api/log/status"), token, None);
        if status["pending"] == 0 {
            return status["size"].as_u64().unwrap();
        }
        assert!(started.elapsed() < PATIENCE, "{status}");
    }
}

/// Keeps the proof of an entry as `SEQ.tlog-proof`, and answers with the key that verifies it.
pub(crate) fn keep_proof(folder: &Folder, url: &str, token: &str, seq: u64) -> String {
    let proof = text(&format!("{url}/admin/api/events/{seq}/proof"), token);
    folder.write(&format!("{seq}.tlog-proof"), &proof);
    let (_, status) = http("GET", &format!("{url}/admin/api/log/status"), token, None);
    status["vkey"].as_str().unwrap().to_owned()
}
