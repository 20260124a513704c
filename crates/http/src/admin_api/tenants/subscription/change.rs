//! `PUT /admin/api/tenants/{slug}/subscription`.

use axum::{
    Json,
    extract::{Path, State},
    response::IntoResponse,
};
use serde::Deserialize;
use utoipa::ToSchema;

use super::SubscriptionView;
use crate::{
    App,
    body::{JsonBody, parse_field, parse_optional},
    caller::{AdminCaller, may},
    etag::{IfMatch, Versioned},
    problem::{Problem, ProblemBody},
};

/// The state that a subscription is to be in.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "state": "trialing", "trial_ends_at": "2027-01-31T00:00:00Z", "reason": "one more month" }))]
pub(crate) struct SubscriptionState {
    /// `trialing`, `active`, `past_due`, `suspended` or `canceled`.
    state: String,
    /// When the trial ends; for a trial, and in the future.
    trial_ends_at: Option<String>,
    /// At most 500 characters.
    reason: Option<String>,
}

/// Change a subscription
///
/// A suspended or canceled one refuses new activations, codes and projects with `SUBSCRIPTION_INACTIVE`; what there is goes on working.
/// Records `SUBSCRIPTION_CHANGED`; what changes nothing records nothing.
#[utoipa::path(put, path = "/tenants/{slug}/subscription", tag = "plans", request_body = SubscriptionState, params(
    ("slug" = String, Path), ("If-Match" = Option<String>, Header, description = "The `ETag` that was read; 412 if it is stale"),
), security(("api_token" = ["tenants:write"])), responses(
    (status = 200, body = SubscriptionView),
    (status = 404, description = "There is no such tenant", body = ProblemBody, content_type = "application/problem+json"),
    (status = 409, description = "`SUBSCRIPTION_TRANSITION`: this state does not follow the present one", body = ProblemBody, content_type = "application/problem+json"),
    (status = 412, description = "The tenant was changed in the meantime", body = ProblemBody, content_type = "application/problem+json"),
    (status = 422, description = "A field is invalid", body = ProblemBody, content_type = "application/problem+json"),
))]
pub(crate) async fn change_subscription(
    caller: AdminCaller<may::TenantsWrite>,
    State(app): State<App>,
    Path(slug): Path<String>,
    IfMatch(version): IfMatch,
    JsonBody(body): JsonBody<SubscriptionState>,
) -> Result<impl IntoResponse, Problem> {
    let state = parse_field("/state", &body.state)?;
    let trial_ends_at = parse_optional("/trial_ends_at", body.trial_ends_at.as_deref())?;
    let asked = (state, trial_ends_at);
    let reason = body.reason.as_deref();
    let tenant = app.portal.change_subscription(&caller.context(), &slug, asked, reason, version).await?;
    Ok(Versioned(tenant.version, Json(SubscriptionView::from(tenant))))
}
