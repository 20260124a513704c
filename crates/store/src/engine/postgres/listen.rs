//! Waiting for NOTIFY on a connection of its own. A notification is only a hint to look again.

use std::{
    collections::VecDeque,
    future::Future,
    pin::{Pin, pin},
    task::{Context, Poll, ready},
    time::Duration,
};

use tokio::time::{sleep, timeout};
use tokio_postgres::{AsyncMessage, Client, Config, Connection, Socket, tls::MakeTlsConnect};
use tokio_postgres_rustls::MakeRustlsConnect;

use super::{CONNECT, errors};
use crate::engine::{EngineError, Result};

/// How long to wait before connecting again: doubled from the first to the last.
const FIRST_PAUSE: Duration = Duration::from_millis(100);
const LAST_PAUSE: Duration = Duration::from_secs(5);

/// What a [`Listener`] has heard.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Heard {
    /// The connection was made, for the first time or again. Anything may have been missed before.
    Connected,
    /// A notification, with its payload.
    Message(String),
}

/// Listens on one channel for as long as it lives, and connects again by itself.
pub struct Listener {
    config: Config,
    tls: MakeRustlsConnect,
    channel: &'static str,
    state: State,
    /// How long to wait before the next attempt to connect.
    pause: Duration,
}

enum State {
    Idle,
    Connecting(Pin<Box<dyn Future<Output = Result<Session>> + Send>>),
    Listening(Box<Session>),
}

impl Listener {
    pub(super) fn new(config: Config, tls: MakeRustlsConnect, channel: &'static str) -> Listener {
        Listener { config, tls, channel, state: State::Idle, pause: Duration::ZERO }
    }

    /// Waits for the next thing to hear; the first is [`Heard::Connected`]. Nothing is lost when the future is
    /// dropped: the next call goes on where this one was.
    pub async fn recv(&mut self) -> Heard {
        loop {
            match &mut self.state {
                State::Idle => {
                    let attempt = connect(self.config.clone(), self.tls.clone(), self.channel, self.pause);
                    self.state = State::Connecting(Box::pin(attempt));
                }
                State::Connecting(attempt) => match attempt.await {
                    Ok(session) => {
                        self.pause = FIRST_PAUSE;
                        self.state = State::Listening(Box::new(session));
                        return Heard::Connected;
                    }
                    Err(error) => {
                        self.pause = (self.pause * 2).clamp(FIRST_PAUSE, LAST_PAUSE);
                        self.start_again(&error);
                    }
                },
                State::Listening(session) => {
                    match std::future::poll_fn(|context| session.poll(context)).await {
                        Ok(payload) => return Heard::Message(payload),
                        Err(error) => self.start_again(&error),
                    }
                }
            }
        }
    }

    fn start_again(&mut self, error: &EngineError) {
        tracing::warn!(%error, channel = self.channel, "notifications are interrupted; connecting again");
        self.state = State::Idle;
    }
}

/// One connection that listens. It does its work whenever it is polled: nothing runs in the background.
struct Session {
    /// Dropping it ends the connection.
    client: Client,
    connection: Connection<Socket, <MakeRustlsConnect as MakeTlsConnect<Socket>>::Stream>,
    heard: VecDeque<String>,
}

async fn connect(config: Config, tls: MakeRustlsConnect, channel: &str, pause: Duration) -> Result<Session> {
    sleep(pause).await;
    let late = |_| EngineError::Unreachable { message: "no answer in time".to_owned() };
    let (client, connection) = timeout(CONNECT, config.connect(tls))
        .await
        .map_err(late)?
        .map_err(|error| errors::connecting(&error))?;
    let mut session = Session { client, connection, heard: VecDeque::new() };
    timeout(CONNECT, session.listen(channel)).await.map_err(late)??;
    Ok(session)
}

impl Session {
    async fn listen(&mut self, channel: &str) -> Result<()> {
        let text = format!("LISTEN \"{}\"", channel.replace('"', "\"\""));
        let mut request = pin!(self.client.batch_execute(&text));
        std::future::poll_fn(|context| {
            loop {
                // The request is answered while the connection is polled, and wakes this task.
                if let Poll::Ready(done) = request.as_mut().poll(context) {
                    return Poll::Ready(done.map_err(|error| errors::classify("LISTEN", &error)));
                }
                if let Err(error) = ready!(next(&mut self.connection, &mut self.heard, context)) {
                    return Poll::Ready(Err(error));
                }
            }
        })
        .await
    }

    fn poll(&mut self, context: &mut Context<'_>) -> Poll<Result<String>> {
        loop {
            if let Some(payload) = self.heard.pop_front() {
                return Poll::Ready(Ok(payload));
            }
            if let Err(error) = ready!(next(&mut self.connection, &mut self.heard, context)) {
                return Poll::Ready(Err(error));
            }
        }
    }
}

/// Takes the next message of the connection: a notification is kept, a notice is not of interest.
fn next(
    connection: &mut Connection<Socket, <MakeRustlsConnect as MakeTlsConnect<Socket>>::Stream>,
    heard: &mut VecDeque<String>,
    context: &mut Context<'_>,
) -> Poll<Result<()>> {
    Poll::Ready(match ready!(connection.poll_message(context)) {
        Some(Ok(AsyncMessage::Notification(notification))) => {
            heard.push_back(notification.payload().to_owned());
            Ok(())
        }
        Some(Ok(_)) => Ok(()),
        Some(Err(error)) => Err(errors::classify("LISTEN", &error)),
        None => Err(EngineError::ConnectionLost { statement: "LISTEN" }),
    })
}
