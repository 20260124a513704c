//! Floods of heads that never end, over HTTP/1.1 and HTTP/2: what the server takes for them is bounded, and others are served meanwhile.

#![expect(clippy::print_stdout, reason = "the figures, for whoever asks with --nocapture")]

use std::{
    fs,
    io::{Read, Write},
    net::TcpStream,
    thread,
};

use crate::program::{Folder, PATIENCE, Running, http, memory};

/// How many flood at once.
const CONNECTIONS: usize = 300;
/// The longest head that is read is 32 KiB; a connection has other buffers too.
const PER_CONNECTION_KIB: usize = 96;
/// Whoever was refused is listened to for two seconds, or 16 MiB, so that the refusal arrives; what is under way then is at most what the
/// kernel keeps for both ends (`net.ipv4.tcp_rmem` and `tcp_wmem`), up to 36 by default.
const MOST_SENT: usize = 64 * 1024 * 1024;

fn connect(url: &str) -> TcpStream {
    let stream = TcpStream::connect(url.strip_prefix("http://").unwrap()).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    stream.set_write_timeout(Some(PATIENCE)).unwrap();
    stream
}

/// What the server has taken at most is forgotten.
fn forget_peak(server: &Running) {
    fs::write(format!("/proc/{}/clear_refs", server.id()), "5").unwrap();
}

/// Sends `first`, then `again` until the connection is cut; answers with how much was sent.
fn pour(mut stream: TcpStream, first: &[u8], again: &[u8]) -> usize {
    let mut sent = 0;
    let mut chunk = first;
    while stream.write_all(chunk).is_ok() {
        sent += chunk.len();
        assert!(sent <= MOST_SENT, "{sent} bytes were taken, and more would be");
        chunk = again;
    }
    sent
}

/// A frame of HTTP/2 (RFC 9113 §4.1) on the first stream.
fn frame(kind: u8, payload: &[u8]) -> Vec<u8> {
    let length = u32::try_from(payload.len()).unwrap().to_be_bytes();
    [&length[1..], &[kind, 0, 0, 0, 0, u8::from(kind != 4)], payload].concat()
}

/// A header field that nobody remembers (RFC 7541 §6.2.3): a name of three bytes, a value of 100.
fn field() -> Vec<u8> {
    [&[0x10, 3], b"x-a".as_slice(), &[100], &[b'v'; 100]].concat()
}

/// A server that has answered its first request.
struct Flooded {
    server: Running,
    url: String,
    /// What its memory is then, in KiB.
    before: usize,
    _folder: Folder,
}

impl Flooded {
    fn start() -> Self {
        let folder = Folder::new();
        let (server, url) = folder.serve(&["serve", "--listen", "127.0.0.1:0"]);
        assert_eq!(ready(&url), 200);
        forget_peak(&server);
        let before = memory(server.id(), "VmRSS");
        Self { server, url, before, _folder: folder }
    }

    /// No connection has cost more than its share, and the server ends well.
    fn end(self, what: &str) {
        let (before, most) = (self.before, memory(self.server.id(), "VmHWM"));
        println!("{what}; memory {before} KiB, at most {most} KiB");
        assert!(most <= before + CONNECTIONS * PER_CONNECTION_KIB, "{before} KiB became {most} KiB");
        assert_eq!(ready(&self.url), 200);
        self.server.stop();
    }
}

fn ready(url: &str) -> u16 {
    http("GET", &format!("{url}/readyz"), "none", None).0
}

/// Lets all connections send what never ends at once, while somebody else asks.
fn flood(name: &str, first: &[u8], again: &[u8]) {
    let flooded = Flooded::start();
    let sent: usize = thread::scope(|scope| {
        let (url, pours) = (&flooded.url, 0..CONNECTIONS);
        let pours: Vec<_> = pours.map(|_| scope.spawn(move || pour(connect(url), first, again))).collect();
        assert_eq!(ready(url), 200, "others are served");
        pours.into_iter().map(|pour| pour.join().unwrap()).sum()
    });
    flooded.end(&format!("{name}: {CONNECTIONS} connections sent {} KiB", sent / 1024));
}

#[test]
fn a_flood_of_headers_is_cut_off() {
    let line = [b"x-a: ".as_slice(), &[b'v'; 1_000], b"\r\n"].concat();
    flood("HTTP/1.1", b"GET / HTTP/1.1\r\nHost: daybook\r\n", &line.repeat(8));
}

#[test]
fn a_flood_of_continuations_is_cut_off() {
    let fields = field().repeat(100);
    let first = [b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".as_slice(), &frame(4, &[]), &frame(1, &fields)].concat();
    flood("HTTP/2", &first, &frame(9, &fields));
}

#[test]
fn heads_that_are_never_finished_cost_what_they_hold() {
    let flooded = Flooded::start();
    // As much as is read of a head, and then nothing.
    let begun = [b"GET / HTTP/1.1\r\nHost: daybook\r\nx-a: ".as_slice(), &vec![b'v'; 31 * 1024]].concat();
    let mut held: Vec<_> = (0..CONNECTIONS).map(|_| connect(&flooded.url)).collect();
    for stream in &mut held {
        stream.write_all(&begun).unwrap();
    }
    assert_eq!(ready(&flooded.url), 200, "others are served");
    // Each is told in the end that its time is over.
    for stream in &mut held {
        let mut said = String::new();
        let _ = stream.read_to_string(&mut said);
        assert!(said.is_empty() || said.starts_with("HTTP/1.1 408"), "{said}");
    }
    flooded.end(&format!("held: {CONNECTIONS} connections"));
}
