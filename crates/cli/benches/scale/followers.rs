//! How soon all who follow the log hear of an entry, and what memory each of them takes of the server.

use std::{
    sync::{
        Arc, Condvar, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use serde_json::json;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use crate::{
    options::Options,
    place::Place,
    room::resident,
    table::{Aim, Table},
};

/// How many entries are written, one after the other.
const ENTRIES: usize = 200;
const PATIENCE: Duration = Duration::from_secs(20);

/// What the followers have heard so far.
#[derive(Default)]
struct Heard {
    open: AtomicUsize,
    /// How many have heard of the entry that is under way, and when the last one did.
    entry: Mutex<(usize, Option<Instant>)>,
    changed: Condvar,
}

impl Heard {
    fn one(&self) {
        let mut entry = self.entry.lock().unwrap();
        *entry = (entry.0 + 1, Some(Instant::now()));
        self.changed.notify_all();
    }

    /// Waits until so many have heard of the entry; answers with when the last one did.
    fn all(&self, count: usize) -> Instant {
        let entry = self.entry.lock().unwrap();
        let waited = self.changed.wait_timeout_while(entry, PATIENCE, |entry| entry.0 < count).unwrap();
        let (mut entry, late) = waited;
        assert!(!late.timed_out(), "only {} of {count} have heard of an entry", entry.0);
        std::mem::take(&mut *entry).1.unwrap()
    }
}

pub(crate) fn measure(place: &mut Place, options: &Options) {
    allow_open_files();
    place.start();
    let mut connection = place.connect();
    connection.send("POST", "/admin/api/tenants", Some(&json!({ "name": "Acme" })));
    place.log_size();
    let mut table = Table::new(None);
    println!("\n{}, {} followers of /admin/api/events/stream", place.engine(), options.followers);
    table.head();
    let before = resident(place, "VmRSS");
    let heard = Arc::new(Heard::default());
    let (count, url, token) = (options.followers, place.url().to_owned(), place.token().to_owned());
    let all = Arc::clone(&heard);
    // Ends with the process: nobody waits for followers.
    thread::spawn(move || follow(count, &url, &token, &all));
    let start = Instant::now();
    while heard.open.load(Ordering::Relaxed) < count {
        assert!(start.elapsed() < PATIENCE, "not all followers were let in");
        thread::sleep(Duration::from_millis(5));
    }
    let mut took = vec![];
    for _ in 0..ENTRIES {
        let order = json!({ "tenant": "acme", "count": 1 });
        connection.send("POST", "/admin/api/codes/generate", Some(&order));
        let answered = Instant::now();
        took.push(heard.all(count).saturating_duration_since(answered));
    }
    let most = took.iter().max().unwrap().as_secs_f64() * 1e3;
    table.calls("from the answer to the last follower", took, Aim::AtMost(100.0));
    table.line("from the answer to the last follower, at most", most, "ms", Aim::AtMost(100.0));
    let each = (resident(place, "VmRSS") - before) * 1024.0 / count as f64;
    table.line("memory of the server for each follower", each, "KiB", Aim::Stated);
}

/// As many files as the system lets this process open: each follower is one.
fn allow_open_files() {
    use rustix::process::{Resource, getrlimit, setrlimit};
    let mut limit = getrlimit(Resource::Nofile);
    limit.current = limit.maximum;
    setrlimit(Resource::Nofile, limit).unwrap();
}

fn follow(count: usize, url: &str, token: &str, heard: &Arc<Heard>) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let address = url.strip_prefix("http://").unwrap();
    runtime.block_on(async {
        let mut followers = tokio::task::JoinSet::new();
        for _ in 0..count {
            let request = format!(
                "GET /admin/api/events/stream HTTP/1.1\r\nhost: bench\r\nauthorization: Bearer {token}\r\n\r\n"
            );
            let mut stream = TcpStream::connect(address).await.unwrap();
            stream.write_all(request.as_bytes()).await.unwrap();
            followers.spawn(read(stream, Arc::clone(heard)));
        }
        followers.join_all().await;
    });
}

/// Reads one stream to its end. Each entry is sent as one piece with one line of data.
async fn read(mut stream: TcpStream, heard: Arc<Heard>) {
    let mut answer = Vec::with_capacity(4_096);
    while !answer.windows(4).any(|four| four == b"\r\n\r\n") {
        assert_ne!(stream.read_buf(&mut answer).await.unwrap(), 0, "a follower was not let in");
    }
    assert!(answer.starts_with(b"HTTP/1.1 200 "), "{}", String::from_utf8_lossy(&answer));
    heard.open.fetch_add(1, Ordering::Relaxed);
    let mut line = vec![];
    loop {
        let mut piece = [0; 4_096];
        let Ok(read @ 1..) = stream.read(&mut piece).await else { return };
        for byte in &piece[..read] {
            line.push(*byte);
            if *byte == b'\n' {
                if line.starts_with(b"data:") {
                    heard.one();
                }
                line.clear();
            }
        }
    }
}
