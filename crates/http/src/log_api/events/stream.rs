//! `GET …/events/stream`: the log, live. Each message's `id` is the event's place in the log, so a client that comes back with
//! `Last-Event-ID` goes on where it was, without a gap.

use std::{convert::Infallible, time::Duration};

use axum::{
    extract::State,
    http::HeaderMap,
    response::{
        IntoResponse,
        sse::{Event, KeepAlive, Sse},
    },
};
use daybook_portal::{Follow, LoggedEvent};
use futures_util::stream::{self, Stream, StreamExt};
use serde::Deserialize;
use tokio::sync::watch;
use utoipa::IntoParams;

use super::Activity;
use crate::{
    App,
    body::Query,
    caller::{Caller, may},
    problem::{Problem, ProblemBody},
};

/// How often a comment is sent when nothing happens.
const KEEP_ALIVE: Duration = Duration::from_secs(20);

/// A comment whenever nothing has happened for a while.
pub(crate) fn keep_alive() -> KeepAlive {
    KeepAlive::new().interval(KEEP_ALIVE)
}

/// Where to begin.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Params {
    /// The place of the last event that is known; the stream begins after it. Absent: from now on.
    #[param(value_type = Option<i64>, minimum = -1)]
    after: Option<String>,
}

/// Follow the log
///
/// Server-sent events: `id` is the event's place in the log, `data` the event as in `/events`. `Last-Event-ID` (or `after`)
/// resumes without a gap; a comment is sent every 20 seconds when nothing happens.
#[utoipa::path(get, path = "/events/stream", tag = "log", params(
    Params, ("Last-Event-ID" = Option<String>, Header, description = "As `after`; goes before it"),
), security(("api_token" = ["log:read"])), responses(
    (status = 200, description = "The stream", content_type = "text/event-stream", body = String),
    (status = 422, description = "A parameter is invalid", body = ProblemBody, content_type = "application/problem+json"),
))]
pub(crate) async fn stream_events(
    caller: Caller<may::LogRead>,
    State(app): State<App>,
    Query(params): Query<Params>,
    headers: HeaderMap,
) -> Result<impl IntoResponse, Problem> {
    let first = first_after(&headers, params.after.as_deref())?;
    let messages = follow(app.portal.follow(caller.scope(), first), app.stopping.clone(), message);
    Ok(Sse::new(messages).keep_alive(keep_alive()))
}

/// The place at which a stream begins; none for from now on. `Last-Event-ID` goes before what the address says.
pub(crate) fn first_after(headers: &HeaderMap, after: Option<&str>) -> Result<Option<u64>, Problem> {
    let last = headers.get("last-event-id").map(|value| value.to_str().unwrap_or("?"));
    let after = match last.or(after).filter(|text| !text.is_empty()) {
        None => None,
        Some(text) => match text.parse::<i64>() {
            Ok(seq @ -1..) => Some(seq),
            _ => {
                return Err(Problem::field(
                    "?after",
                    "INVALID_VALUE",
                    "must be the place of an event in the log",
                ));
            }
        },
    };
    Ok(after.map(|seq| u64::try_from(seq.saturating_add(1)).unwrap_or_default()))
}

/// The messages; ends when the server stops or the log cannot be read: the client comes back and resumes.
pub(crate) fn follow(
    follow: Follow,
    stopping: watch::Receiver<bool>,
    message: impl Fn(&LoggedEvent) -> Option<Event>,
) -> impl Stream<Item = Result<Event, Infallible>> {
    let batches = stream::unfold((follow, stopping), |(mut follow, mut stopping)| async move {
        let batch = tokio::select! {
            _ = stopping.wait_for(|stopping| *stopping) => return None,
            batch = follow.next() => batch,
        };
        match batch {
            Ok(events) => Some((events, (follow, stopping))),
            Err(error) => {
                tracing::warn!(%error, "a stream of the log ended");
                None
            }
        }
    });
    batches.flat_map(move |events| {
        let messages: Vec<_> = events.iter().filter_map(|event| message(event)).map(Ok).collect();
        stream::iter(messages)
    })
}

fn message(logged: &LoggedEvent) -> Option<Event> {
    let data = serde_json::to_string(&Activity::of(logged).ok()?).ok()?;
    Some(Event::default().id(logged.seq.to_string()).data(data))
}
