//! The clients of the HTTP level: a process of its own that speaks HTTP/1.1 on connections that stay open, with as little of its own
//! work as possible. It reads codes from its input and writes one line per answer.

use std::{
    io::{BufRead as _, Write as _},
    process::Stdio,
    sync::Arc,
    time::Duration,
};

use daybook_model::{CodeId, ProjectId, TenantId};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    process::Command,
    sync::Mutex,
};
use uuid::Uuid;

use crate::{
    ground::{LABEL, PLATFORM, Place, Ticket, USER_AGENT, fingerprint},
    load::{self, Load, Sample},
    options::ClientOrder,
};

/// The client process, from its start to its end.
pub(crate) fn main(order: &ClientOrder) {
    // Only the code itself matters to a client.
    let nowhere = || {
        Arc::new(Place {
            tenant: TenantId::from_uuid(Uuid::nil()),
            project: ProjectId::from_uuid(Uuid::nil()),
        })
    };
    let ticket =
        |code| Ticket { place: nowhere(), code_id: CodeId::from_uuid(Uuid::nil()), code, digest: [0; 32] };
    let tickets: Vec<Ticket> = std::io::stdin().lock().lines().map(|line| ticket(line.unwrap())).collect();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let load = runtime.block_on(async {
        let mut connections = vec![];
        for _ in 0..order.callers {
            connections.push(Connection::open(&order.address).await);
        }
        // Each caller has a connection of its own: there are as many as calls at once.
        let idle = Arc::new(Mutex::new(connections));
        load::run(order.callers, order.duration, tickets, move |ticket| {
            let idle = Arc::clone(&idle);
            async move {
                let mut connection = idle.lock().await.pop().unwrap();
                connection.activate(&ticket.code).await;
                idle.lock().await.push(connection);
            }
        })
        .await
    });
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    let (began, until) = load.span();
    writeln!(out, "{began} {until}").unwrap();
    for Sample { ended, took } in &load.samples {
        writeln!(out, "{ended} {took}").unwrap();
    }
    out.flush().unwrap();
}

struct Connection {
    stream: TcpStream,
    answer: Vec<u8>,
}

impl Connection {
    async fn open(address: &str) -> Self {
        let stream = TcpStream::connect(address).await.unwrap();
        stream.set_nodelay(true).unwrap();
        Self { stream, answer: Vec::with_capacity(4096) }
    }

    async fn activate(&mut self, code: &str) {
        let fingerprint = fingerprint(code);
        let body = format!(
            r#"{{"code":"{code}","fingerprint":"{fingerprint}","label":"{LABEL}","platform":"{PLATFORM}"}}"#
        );
        let request = format!(
            "POST /device/api/activate HTTP/1.1\r\nhost: bench\r\nuser-agent: {USER_AGENT}\r\n\
             content-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
            body.len()
        );
        self.stream.write_all(request.as_bytes()).await.unwrap();
        self.answer.clear();
        while !self.is_complete() {
            assert_ne!(
                self.stream.read_buf(&mut self.answer).await.unwrap(),
                0,
                "the server closed a connection"
            );
        }
        let text = String::from_utf8_lossy(&self.answer);
        assert!(text.starts_with("HTTP/1.1 201 "), "{text}");
    }

    /// Whether the answer's head and as much body as it names are here.
    fn is_complete(&self) -> bool {
        let Some(head_end) = self.answer.windows(4).position(|four| four == b"\r\n\r\n") else {
            return false;
        };
        let head = String::from_utf8_lossy(self.answer.get(..head_end).unwrap()).to_ascii_lowercase();
        let length =
            head.lines().find_map(|line| line.strip_prefix("content-length: ")?.parse::<usize>().ok());
        self.answer.len() == head_end + 4 + length.unwrap()
    }
}

/// Runs the clients against a server, in a process of their own.
pub(crate) async fn measure(address: &str, callers: usize, duration: Duration, tickets: &[Ticket]) -> Load {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["client", address, &callers.to_string(), &duration.as_millis().to_string()])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    let mut input = child.stdin.take().unwrap();
    let codes: String = tickets.iter().flat_map(|ticket| [ticket.code.as_str(), "\n"]).collect();
    input.write_all(codes.as_bytes()).await.unwrap();
    drop(input);
    let output = child.wait_with_output().await.unwrap();
    assert!(output.status.success(), "the clients failed");
    let text = String::from_utf8(output.stdout).unwrap();
    let mut pairs = text.lines().map(|line| line.split_once(' ').unwrap());
    let (began, until) = pairs.next().unwrap();
    let sample =
        |(ended, took): (&str, &str)| Sample { ended: ended.parse().unwrap(), took: took.parse().unwrap() };
    Load::new(began.parse().unwrap(), until.parse().unwrap(), pairs.map(sample).collect())
}
