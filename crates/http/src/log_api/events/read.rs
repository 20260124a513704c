//! `GET …/events/{id or seq}`.

use axum::{
    Json,
    extract::{Path, State},
};
use daybook_proof::leaf_hash;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::Activity;
use crate::{
    App,
    caller::{Caller, may},
    personal::plain,
    problem::{Problem, ProblemBody},
};

/// One event with all that is known of it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct EventDetail {
    #[serde(flatten)]
    activity: Activity,
    /// Where the request came from; null if unknown, erased or not for the caller.
    ip: Option<String>,
    /// With what; null if unknown, erased or not for the caller.
    user_agent: Option<String>,
    /// The entry exactly as it is hashed, as JSON.
    entry: Value,
    /// SHA-256 leaf hash of the entry (RFC 6962), in hex.
    leaf_hash: String,
}

/// Read an event
///
/// By its id (`evt_…`) or its place in the log. Tenants see no name, address or browser of the operator's.
#[utoipa::path(get, path = "/events/{id}", tag = "log", params(("id" = String, Path, description = "Id or sequence number")), security(("api_token" = ["log:read"])), responses(
    (status = 200, body = EventDetail),
    (status = 404, description = "There is no such event", body = ProblemBody, content_type = "application/problem+json"),
))]
pub(crate) async fn read_event(
    caller: Caller<may::LogRead>,
    State(app): State<App>,
    Path(name): Path<String>,
) -> Result<Json<EventDetail>, Problem> {
    let logged = app.portal.event(caller.scope(), &name).await?;
    let entry = serde_json::from_slice(&logged.entry).unwrap_or_default();
    let request = &logged.event.request;
    let activity = Activity::of(&logged).map_err(daybook_portal::PortalError::from)?;
    Ok(Json(EventDetail {
        activity,
        ip: plain(request.ip.clone()),
        user_agent: plain(request.user_agent.clone()),
        entry,
        leaf_hash: leaf_hash(&logged.entry).to_string(),
    }))
}
