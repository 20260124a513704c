//! A client that speaks HTTP/1.1 on one connection that stays open, with as little of its own work as possible.

use std::{
    io::{Read, Write},
    net::TcpStream,
    time::{Duration, Instant},
};

use serde_json::Value;

pub(crate) struct Connection {
    stream: TcpStream,
    token: String,
    answer: Vec<u8>,
}

impl Connection {
    pub(crate) fn open(url: &str, token: &str) -> Self {
        let stream = TcpStream::connect(url.strip_prefix("http://").unwrap()).unwrap();
        stream.set_nodelay(true).unwrap();
        Self { stream, token: token.to_owned(), answer: Vec::with_capacity(1 << 16) }
    }

    /// Sends a request and waits for the whole answer; says how long that took, and its status.
    pub(crate) fn ask(&mut self, method: &str, path: &str, body: Option<&Value>) -> (Duration, u16) {
        let body = body.map(Value::to_string).unwrap_or_default();
        // Whoever activates a device shows a code, and no token.
        let authorization = if path.starts_with("/device/") {
            String::new()
        } else {
            format!("authorization: Bearer {}\r\n", self.token)
        };
        let request = format!(
            "{method} {path} HTTP/1.1\r\nhost: bench\r\n{authorization}content-type: application/json\r\n\
             content-length: {}\r\n\r\n{body}",
            body.len()
        );
        let start = Instant::now();
        self.stream.write_all(request.as_bytes()).unwrap();
        self.answer.clear();
        while !self.is_complete() {
            let mut piece = [0; 1 << 14];
            let read = self.stream.read(&mut piece).unwrap();
            assert_ne!(read, 0, "the server closed a connection: {path}");
            self.answer.extend_from_slice(&piece[..read]);
        }
        let took = start.elapsed();
        let status = String::from_utf8_lossy(&self.answer[9..12]).parse().unwrap();
        (took, status)
    }

    /// Sends a request that must succeed; answers with what came.
    pub(crate) fn send(&mut self, method: &str, path: &str, body: Option<&Value>) -> Value {
        let (_, status) = self.ask(method, path, body);
        let answer = self.json();
        assert!((200..300).contains(&status), "{method} {path}: {status} {answer}");
        answer
    }

    pub(crate) fn get(&mut self, path: &str) -> Value {
        self.send("GET", path, None)
    }

    /// The last answer.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.answer[self.head_end().unwrap()..]).unwrap_or_default()
    }

    fn head_end(&self) -> Option<usize> {
        self.answer.windows(4).position(|four| four == b"\r\n\r\n").map(|at| at + 4)
    }

    /// Whether the answer's head and as much body as it names are here.
    fn is_complete(&self) -> bool {
        let Some(head_end) = self.head_end() else { return false };
        let head = String::from_utf8_lossy(&self.answer[..head_end]).to_ascii_lowercase();
        let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")?.parse().ok());
        self.answer.len() == head_end + length.unwrap_or(0)
    }
}
