//! `GET …/events/{id or seq}/proof`.

use axum::{
    extract::{Path, State},
    http::header,
    response::{IntoResponse, Response},
};

use crate::{
    App,
    caller::{Caller, may},
    problem::{Problem, ProblemBody},
};

/// Prove an event
///
/// A `.tlog-proof` file (C2SP tlog-proof): the event's entry, its place in the log, the path from it to the root, and a checkpoint with size and root that
/// the log has signed. Whoever has the log's key (`vkey` of `…/log/status`) verifies it offline: `daybook verify FILE --key VKEY`. An event that
/// is committed and waits for its number (PostgreSQL, some milliseconds) is not there yet.
#[utoipa::path(get, path = "/events/{id}/proof", tag = "log", params(("id" = String, Path, description = "Id or sequence number")), security(("api_token" = ["log:read"])), responses(
    (status = 200, description = "The proof", content_type = "text/plain", body = String),
    (status = 404, description = "There is no such event", body = ProblemBody, content_type = "application/problem+json"),
))]
pub(crate) async fn prove_event(
    caller: Caller<may::LogRead>,
    State(app): State<App>,
    Path(name): Path<String>,
) -> Result<Response, Problem> {
    let proof = app.portal.prove_event(caller.scope(), &name).await?;
    let disposition = format!("attachment; filename=\"{}.tlog-proof\"", proof.event);
    let headers = [
        (header::CONTENT_TYPE, "text/plain; charset=utf-8".to_owned()),
        (header::CONTENT_DISPOSITION, disposition),
    ];
    Ok((headers, proof.file).into_response())
}
