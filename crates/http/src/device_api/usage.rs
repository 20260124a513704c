//! `POST /device/api/usage`.

use axum::{Json, extract::State};
use daybook_model::usage::UsageDraft;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    App,
    body::{OneOrMany, parse_field},
    caller::{DeviceCaller, device_context},
    problem::{Problem, ProblemBody},
    request::Origin,
};

/// What a device has used.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "id": "2026-11-23/17", "kind": "api-calls", "quantity": 420, "at": "2026-11-23T09:30:00Z" }))]
pub(crate) struct UsageItem {
    /// The device's own name for the report, 1 to 100 characters: the same one is counted once, however often it is sent.
    id: String,
    /// Of what: 1 to 40 of a-z, 0-9, - and _, and not `activations`.
    kind: String,
    /// How much, 1 to 1,000,000,000.
    quantity: i64,
    /// When, within the last 35 days. RFC 3339.
    at: String,
}

/// A report, or a list of 1 to 1,000.
#[derive(ToSchema)]
#[expect(dead_code, reason = "describes the body; `OneOrMany` reads it")]
#[serde(untagged)]
pub(crate) enum UsageReports {
    One(UsageItem),
    Many(Vec<UsageItem>),
}

/// What became of the reports.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct UsageCounted {
    /// How many were counted.
    accepted: usize,
    /// How many had been counted before, or stood twice in the request.
    repeated: usize,
}

/// Report use
///
/// Telemetry, not an event; counted before it is answered, all or none. Use over a quota is counted too. Crossing 80 % and 100 % of a
/// monthly quota records `QUOTA_NEAR` and `QUOTA_REACHED`, each once per tenant, kind and month.
#[utoipa::path(post, path = "/usage", tag = "devices", request_body = UsageReports, security(("device_token" = ["access"])), responses(
    (status = 200, body = UsageCounted),
    (status = 401, description = "The token opens nothing", body = ProblemBody, content_type = "application/problem+json"),
    (status = 422, description = "A report is invalid; its number in the list is in the pointer", body = ProblemBody, content_type = "application/problem+json"),
    (status = 429, description = "`RATE_LIMITED`: too many tokens that were never issued came from here, and this is one of them; `Retry-After` says for how long", body = ProblemBody, content_type = "application/problem+json"),
))]
pub(crate) async fn report_usage(
    DeviceCaller(identity): DeviceCaller,
    origin: Origin,
    State(app): State<App>,
    OneOrMany { items, is_list }: OneOrMany<UsageItem>,
) -> Result<Json<UsageCounted>, Problem> {
    let draft = |(number, item): (usize, UsageItem)| {
        let place = if is_list { format!("/{number}/at") } else { "/at".to_owned() };
        let UsageItem { id, kind, quantity, at } = item;
        Ok::<_, Problem>(UsageDraft { id, kind, quantity, at: parse_field(&place, &at)? })
    };
    let drafts = items.into_iter().enumerate().map(draft).collect::<Result<Vec<_>, _>>()?;
    let context = device_context(origin);
    let answer = app.portal.report_usage(&context, &identity, (drafts, is_list)).await?;
    Ok(Json(UsageCounted { accepted: answer.accepted, repeated: answer.repeated }))
}
