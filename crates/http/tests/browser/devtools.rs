//! The browser's `DevTools` protocol: commands and events as JSON on one WebSocket, for the browser and for each of its pages.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering},
    },
};

use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::{
    sync::{mpsc, oneshot},
    task::JoinSet,
};
use tokio_tungstenite::{connect_async, tungstenite::Message};

type Answer = Result<Value, String>;

/// What happened: the name of the event, and what it says.
pub(crate) type Event = (String, Value);

#[derive(Default)]
struct Waiting {
    answers: HashMap<u64, oneshot::Sender<Answer>>,
    /// Who follows the events of which page.
    followers: HashMap<String, mpsc::UnboundedSender<Event>>,
}

/// A connection to a browser.
#[derive(Clone)]
pub(crate) struct DevTools {
    commands: mpsc::UnboundedSender<Value>,
    waiting: Arc<Mutex<Waiting>>,
    next: Arc<AtomicU64>,
    /// Both ways of the connection; they end with the last that holds it.
    _ways: Arc<JoinSet<()>>,
}

impl DevTools {
    pub(crate) async fn connect(url: &str) -> Self {
        let (stream, _) = connect_async(url).await.unwrap();
        let (mut sink, mut source) = stream.split();
        let (commands, mut asked) = mpsc::unbounded_channel::<Value>();
        let waiting: Arc<Mutex<Waiting>> = Arc::default();
        let mut ways = JoinSet::new();
        ways.spawn(async move {
            while let Some(command) = asked.recv().await {
                if sink.send(Message::text(command.to_string())).await.is_err() {
                    break;
                }
            }
        });
        let heard = Arc::clone(&waiting);
        ways.spawn(async move {
            while let Some(Ok(message)) = source.next().await {
                if let Ok(text) = message.to_text() {
                    heard.lock().unwrap().hear(text);
                }
            }
        });
        Self { commands, waiting, next: Arc::default(), _ways: Arc::new(ways) }
    }

    /// Sends a command, to the browser or to a page, and answers with what it says or with why not.
    pub(crate) async fn ask(&self, page: Option<&str>, method: &str, params: Value) -> Answer {
        let id = self.next.fetch_add(1, Ordering::Relaxed);
        let (answer, answered) = oneshot::channel();
        self.waiting.lock().unwrap().answers.insert(id, answer);
        let mut command = json!({ "id": id, "method": method, "params": params });
        if let Some(page) = page {
            command["sessionId"] = json!(page);
        }
        self.commands.send(command).map_err(|_| "the browser is gone".to_owned())?;
        answered.await.map_err(|_| "the browser is gone".to_owned())?
    }

    /// The events of a page from now on.
    pub(crate) fn follow(&self, page: &str) -> mpsc::UnboundedReceiver<Event> {
        let (follower, events) = mpsc::unbounded_channel();
        self.waiting.lock().unwrap().followers.insert(page.to_owned(), follower);
        events
    }
}

impl Waiting {
    fn hear(&mut self, text: &str) {
        let mut message: Value = serde_json::from_str(text).unwrap();
        if let Some(answer) = message["id"].as_u64().and_then(|id| self.answers.remove(&id)) {
            let outcome = match message.get("error") {
                Some(error) => Err(error.to_string()),
                None => Ok(message["result"].take()),
            };
            // Whoever asked may have given up.
            let _ = answer.send(outcome);
            return;
        }
        let of_page = message["sessionId"].as_str().and_then(|page| self.followers.get(page));
        if let (Some(follower), Some(method)) = (of_page, message["method"].as_str()) {
            let _ = follower.send((method.to_owned(), message["params"].clone()));
        }
    }
}
