//! `GET …/events.ndjson`: the log as lines of JSON.

use axum::{extract::State, response::Response};

use super::{
    Activity,
    export::{Format, export},
    filter::FilterParams,
};
use crate::{
    App,
    body::Query,
    caller::{Caller, may},
    problem::{Problem, ProblemBody},
};

const NDJSON: Format =
    Format { media: "application/x-ndjson", ending: "ndjson", head: String::new, add: line };

fn line(text: &mut String, activity: &Activity) -> Result<(), serde_json::Error> {
    text.push_str(&serde_json::to_string(activity)?);
    text.push('\n');
    Ok(())
}

/// Export events as lines of JSON
///
/// Everything that `/events` lists for the same filters, newest first: one line per event, each as an item of `/events`. `X-As-Of` is the
/// log size at which it holds; what is recorded meanwhile is not in it. An answer that cannot be completed is cut off, never ended: a client
/// sees that its transfer failed.
#[utoipa::path(get, path = "/events.ndjson", tag = "log", params(FilterParams), security(("api_token" = ["log:read"])), responses(
    (status = 200, description = "The events", content_type = "application/x-ndjson", body = String,
        headers(("X-As-Of" = u64, description = "The log size at which this holds"))),
    (status = 422, description = "A parameter is invalid", body = ProblemBody, content_type = "application/problem+json"),
))]
pub(crate) async fn export_events_as_ndjson(
    caller: Caller<may::LogRead>,
    State(app): State<App>,
    Query(params): Query<FilterParams>,
) -> Result<Response, Problem> {
    export(&app, caller.scope(), &params, NDJSON).await
}
