//! `POST /admin/api/plans`.

use std::collections::BTreeMap;

use axum::{Json, extract::State, http::StatusCode, response::IntoResponse};
use daybook_model::plan::{PlanDraft, PlanLimits};
use serde::Deserialize;
use utoipa::ToSchema;

use super::PlanView;
use crate::{
    App,
    body::JsonBody,
    caller::{AdminCaller, may},
    etag::Versioned,
    problem::{Problem, ProblemBody},
};

/// A new plan. What is absent or null is not limited.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "name": "plus", "title": "Plus", "device_limit": 500, "project_limit": 20, "monthly_activation_quota": 200, "usage_quotas": { "api-calls": 100_000 } }))]
pub(crate) struct NewPlan {
    /// 1 to 40 of a-z, 0-9, - and _; never changes.
    name: String,
    /// 1 to 120 characters; the name if absent.
    title: Option<String>,
    /// How many active devices a tenant may have.
    device_limit: Option<i64>,
    /// How many projects a tenant may have.
    project_limit: Option<i64>,
    /// How many new activations a tenant's UTC month holds.
    monthly_activation_quota: Option<i64>,
    /// Kind of use → how much of it a tenant's UTC month holds; at most 50 kinds.
    #[serde(default)]
    usage_quotas: BTreeMap<String, i64>,
}

impl From<NewPlan> for PlanDraft {
    fn from(body: NewPlan) -> Self {
        let NewPlan { name, title, device_limit, project_limit, monthly_activation_quota, usage_quotas } =
            body;
        let limits = PlanLimits {
            devices: device_limit,
            projects: project_limit,
            activations: monthly_activation_quota,
        };
        Self { name, title, limits, usage_quotas }
    }
}

/// Create a plan
///
/// Records `PLAN_CREATED`.
#[utoipa::path(post, path = "/plans", tag = "plans", request_body = NewPlan, security(("api_token" = ["plans:write"])), responses(
    (status = 201, body = PlanView),
    (status = 409, description = "`PLAN_EXISTS`: there is a plan of this name", body = ProblemBody, content_type = "application/problem+json"),
    (status = 422, description = "A field is invalid", body = ProblemBody, content_type = "application/problem+json"),
))]
pub(crate) async fn create_plan(
    caller: AdminCaller<may::PlansWrite>,
    State(app): State<App>,
    JsonBody(body): JsonBody<NewPlan>,
) -> Result<impl IntoResponse, Problem> {
    let plan = app.portal.create_plan(&caller.context(), body.into()).await?;
    Ok((StatusCode::CREATED, Versioned(plan.version, Json(PlanView::from(plan)))))
}
