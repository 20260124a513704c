//! The live stream, read as the HTML standard says (server-sent events): `id`, `data`, comments.

use std::time::Duration;

use futures_util::{Stream, StreamExt};
use tokio::time::timeout;

use crate::{Activity, Client, Request};

/// How long a message may take on a busy machine before the test gives up.
const PATIENCE: Duration = Duration::from_secs(20);

type Chunks = std::pin::Pin<Box<dyn Stream<Item = Vec<u8>> + Send>>;

/// An open stream of events.
pub struct EventStream {
    chunks: Chunks,
    buffer: Vec<u8>,
}

/// A message of the stream.
#[derive(Clone, Debug, PartialEq)]
pub struct Message {
    /// What a client sends as `Last-Event-ID` to go on after this message.
    pub id: String,
    /// The event.
    pub event: Activity,
}

impl EventStream {
    /// Opens the stream: after the event with this `Last-Event-ID`, or from now on.
    pub async fn open(client: &Client, last_event_id: Option<u64>) -> Self {
        let request = client.get("/admin/api/events/stream");
        let request = match last_event_id {
            Some(id) => request.header("last-event-id", &id.to_string()),
            None => request,
        };
        Self::send(request).await
    }

    /// Opens the stream after the event with this number, by the parameter.
    pub async fn open_after(client: &Client, after: i64) -> Self {
        Self::send(client.get(&format!("/admin/api/events/stream?after={after}"))).await
    }

    /// Opens the stream by this request.
    pub async fn send(request: Request) -> Self {
        let response = request.open().await;
        assert_eq!(response.status(), 200);
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        // A connection that breaks ends the stream, like one that is closed: the client comes back and resumes.
        let chunks = response.bytes_stream().take_while(|chunk| std::future::ready(chunk.is_ok()));
        let chunks = chunks.map(|chunk| chunk.unwrap().to_vec());
        Self { chunks: Box::pin(chunks), buffer: vec![] }
    }

    /// The next message; `None` when the stream has ended. Comments are passed over.
    pub async fn next(&mut self) -> Option<Message> {
        let (id, data) = self.next_data().await?;
        Some(Message { id, event: serde_json::from_str(&data).unwrap() })
    }

    /// The next message whatever it holds: its id and its data.
    pub async fn next_data(&mut self) -> Option<(String, String)> {
        timeout(PATIENCE, self.read()).await.expect("a message or the end of the stream")
    }

    /// The next messages.
    pub async fn take(&mut self, count: usize) -> Vec<Message> {
        let mut messages = vec![];
        while messages.len() < count {
            let message = self.next().await;
            messages.push(
                message.unwrap_or_else(|| panic!("the stream ended after {} messages", messages.len())),
            );
        }
        messages
    }

    async fn read(&mut self) -> Option<(String, String)> {
        loop {
            while let Some(end) = self.buffer.windows(2).position(|pair| pair == b"\n\n") {
                let block: Vec<u8> = self.buffer.drain(..end + 2).collect();
                if let Some(message) = parse(std::str::from_utf8(&block).unwrap()) {
                    return Some(message);
                }
            }
            self.buffer.extend(self.chunks.next().await?);
        }
    }
}

/// A block of lines; `None` if it is only a comment.
fn parse(block: &str) -> Option<(String, String)> {
    let field = |name: &str| {
        let values = block.lines().filter_map(|line| line.strip_prefix(name)?.strip_prefix(": "));
        values.collect::<Vec<_>>().join("\n")
    };
    let data = field("data");
    (!data.is_empty()).then(|| (field("id"), data))
}
