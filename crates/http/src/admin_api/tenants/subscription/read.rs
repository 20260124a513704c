//! `GET /admin/api/tenants/{slug}/subscription`.

use axum::{
    Json,
    extract::{Path, State},
    response::IntoResponse,
};

use super::SubscriptionView;
use crate::{
    App,
    caller::{AdminCaller, may},
    etag::Versioned,
    problem::{Problem, ProblemBody},
};

/// Read a subscription
#[utoipa::path(get, path = "/tenants/{slug}/subscription", tag = "plans", params(("slug" = String, Path)), security(("api_token" = ["tenants:read"])), responses(
    (status = 200, body = SubscriptionView),
    (status = 404, description = "There is no such tenant", body = ProblemBody, content_type = "application/problem+json"),
))]
pub(crate) async fn read_subscription(
    _: AdminCaller<may::TenantsRead>,
    State(app): State<App>,
    Path(slug): Path<String>,
) -> Result<impl IntoResponse, Problem> {
    let tenant = app.portal.tenant(&slug).await?;
    Ok(Versioned(tenant.version, Json(SubscriptionView::from(tenant))))
}
