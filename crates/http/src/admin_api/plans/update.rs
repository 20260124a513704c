//! `PATCH /admin/api/plans/{name}`.

use std::collections::BTreeMap;

use axum::{
    Json,
    extract::{Path, State},
    response::IntoResponse,
};
use daybook_model::{change::Edit, plan::PlanEdit};
use serde::Deserialize;
use utoipa::ToSchema;

use super::PlanView;
use crate::{
    App,
    body::{JsonBody, edit},
    caller::{AdminCaller, may},
    etag::{IfMatch, Versioned},
    problem::{Problem, ProblemBody},
};

/// What to change: absent fields stay, null takes a limit away.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "device_limit": 1_000, "project_limit": null }))]
pub(crate) struct PlanFields {
    /// 1 to 120 characters.
    title: Option<String>,
    /// How many active devices a tenant may have.
    #[serde(default, deserialize_with = "edit")]
    #[schema(value_type = Option<i64>)]
    device_limit: Edit<i64>,
    /// How many projects a tenant may have.
    #[serde(default, deserialize_with = "edit")]
    #[schema(value_type = Option<i64>)]
    project_limit: Edit<i64>,
    /// How many new activations a tenant's UTC month holds.
    #[serde(default, deserialize_with = "edit")]
    #[schema(value_type = Option<i64>)]
    monthly_activation_quota: Edit<i64>,
    /// All quotas of kinds of use, in the place of those there are.
    usage_quotas: Option<BTreeMap<String, i64>>,
}

impl From<PlanFields> for PlanEdit {
    fn from(body: PlanFields) -> Self {
        let PlanFields { title, device_limit, project_limit, monthly_activation_quota, usage_quotas } = body;
        Self { title, device_limit, project_limit, monthly_activation_quota, usage_quotas }
    }
}

/// Edit a plan
///
/// What it allows holds for its tenants at once: what they have above a lowered limit stays, and nothing new comes. Records
/// `PLAN_UPDATED` with the changed fields, before and after; an edit that changes nothing records nothing.
#[utoipa::path(patch, path = "/plans/{name}", tag = "plans", request_body = PlanFields, params(
    ("name" = String, Path), ("If-Match" = Option<String>, Header, description = "The `ETag` that was read; 412 if it is stale"),
), security(("api_token" = ["plans:write"])), responses(
    (status = 200, body = PlanView),
    (status = 404, description = "There is no such plan", body = ProblemBody, content_type = "application/problem+json"),
    (status = 412, description = "It was changed in the meantime", body = ProblemBody, content_type = "application/problem+json"),
    (status = 422, description = "A field is invalid", body = ProblemBody, content_type = "application/problem+json"),
))]
pub(crate) async fn update_plan(
    caller: AdminCaller<may::PlansWrite>,
    State(app): State<App>,
    Path(name): Path<String>,
    IfMatch(version): IfMatch,
    JsonBody(body): JsonBody<PlanFields>,
) -> Result<impl IntoResponse, Problem> {
    let plan = app.portal.update_plan(&caller.context(), &name, body.into(), version).await?;
    Ok(Versioned(plan.version, Json(PlanView::from(plan))))
}
