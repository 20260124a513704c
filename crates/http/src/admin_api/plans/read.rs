//! `GET /admin/api/plans/{name}`.

use axum::{
    Json,
    extract::{Path, State},
    response::IntoResponse,
};

use super::PlanView;
use crate::{
    App,
    caller::{AdminCaller, may},
    etag::Versioned,
    problem::{Problem, ProblemBody},
};

/// Read a plan
#[utoipa::path(get, path = "/plans/{name}", tag = "plans", params(("name" = String, Path)), security(("api_token" = ["plans:read"])), responses(
    (status = 200, body = PlanView),
    (status = 404, description = "There is no such plan", body = ProblemBody, content_type = "application/problem+json"),
))]
pub(crate) async fn read_plan(
    _: AdminCaller<may::PlansRead>,
    State(app): State<App>,
    Path(name): Path<String>,
) -> Result<impl IntoResponse, Problem> {
    let plan = app.portal.plan(&name).await?;
    Ok(Versioned(plan.version, Json(PlanView::from(plan))))
}
