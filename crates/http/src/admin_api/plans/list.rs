//! `GET /admin/api/plans`.

use axum::{Json, extract::State};

use super::PlanView;
use crate::{
    App,
    body::Query,
    caller::{AdminCaller, may},
    page::{Items, PageParams},
    problem::{Problem, ProblemBody},
};

/// List plans
///
/// By name.
#[utoipa::path(get, path = "/plans", tag = "plans", params(PageParams), security(("api_token" = ["plans:read"])), responses(
    (status = 200, body = Items<PlanView>),
    (status = 422, description = "A parameter is invalid", body = ProblemBody, content_type = "application/problem+json"),
))]
pub(crate) async fn list_plans(
    _: AdminCaller<may::PlansRead>,
    State(app): State<App>,
    Query(page): Query<PageParams>,
) -> Result<Json<Items<PlanView>>, Problem> {
    let plans = app.portal.plans(page.cursor()?.as_ref(), page.limit()?).await?;
    Ok(Json(Items::of(plans, PlanView::from)))
}
