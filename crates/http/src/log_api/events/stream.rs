//! `GET …/events/stream`: the log, live. Each message's `id` is the event's place in the log, so a client that comes back with
//! `Last-Event-ID` goes on where it was, without a gap.

use std::{convert::Infallible, sync::Arc, time::Duration};

use axum::{
    extract::State,
    http::HeaderMap,
    response::{
        IntoResponse, Response,
        sse::{Event, KeepAlive, Sse},
    },
};
use daybook_portal::{Follow, LoggedEvent, TenantScope};
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
) -> Result<Response, Problem> {
    live(&app, caller.scope(), &headers, params.after.as_deref(), data).await
}

/// The entries after where a client is, as messages with what `data` makes of each; of which it makes nothing is left out.
pub(crate) async fn live(
    app: &App,
    scope: TenantScope,
    headers: &HeaderMap,
    after: Option<&str>,
    data: impl Fn(&LoggedEvent) -> Option<String> + Send + 'static,
) -> Result<Response, Problem> {
    let first = first_after(headers, after)?;
    if let Some(first) = first {
        let size = app.portal.log_size().await?;
        if first > size {
            let message = format!("is beyond the log, which has {size} entries: were some of them lost?");
            return Err(Problem::field("?after", "INVALID_VALUE", message));
        }
    }
    let messages = follow(app.portal.follow(scope, first), app.stopping.clone(), data);
    Ok(Sse::new(messages).keep_alive(KeepAlive::new().interval(KEEP_ALIVE)).into_response())
}

/// The place at which a stream begins; none for from now on. `Last-Event-ID` goes before what the address says.
fn first_after(headers: &HeaderMap, after: Option<&str>) -> Result<Option<u64>, Problem> {
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
fn follow(
    follow: Follow,
    stopping: watch::Receiver<bool>,
    data: impl Fn(&LoggedEvent) -> Option<String>,
) -> impl Stream<Item = Result<Event, Infallible>> {
    let batches = stream::unfold((follow, stopping), |(mut follow, mut stopping)| async move {
        let batch = tokio::select! {
            _ = stopping.wait_for(|stopping| *stopping) => return None,
            batch = follow.next() => batch,
        };
        match batch {
            Ok(Some(events)) => Some((events, (follow, stopping))),
            // Entries were lost: what the client has may be of another log.
            Ok(None) => None,
            Err(error) => {
                tracing::warn!(%error, "a stream of the log ended");
                None
            }
        }
    });
    batches.flat_map(move |events| {
        let message = |logged: &Arc<LoggedEvent>| {
            Some(Ok(Event::default().id(logged.seq.to_string()).data(data(logged)?)))
        };
        let messages: Vec<_> = events.iter().filter_map(message).collect();
        stream::iter(messages)
    })
}

fn data(logged: &LoggedEvent) -> Option<String> {
    serde_json::to_string(&Activity::of(logged).ok()?).ok()
}
