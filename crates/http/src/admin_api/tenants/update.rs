//! `PATCH /admin/api/tenants/{slug}`.

use axum::{
    Json,
    extract::{Path, State},
    response::IntoResponse,
};
use daybook_model::{change::Edit, tenant::TenantEdit};
use serde::Deserialize;
use utoipa::ToSchema;

use super::TenantView;
use crate::{
    App,
    body::{JsonBody, edit},
    caller::{AdminCaller, may},
    etag::{IfMatch, Versioned},
    problem::{Problem, ProblemBody},
};

/// What to change: absent fields stay, null empties one.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "name": "Acme Wheels", "domain": null, "device_limit": 500 }))]
pub(crate) struct TenantChanges {
    /// 1 to 120 characters.
    name: Option<String>,
    /// Null empties it.
    #[serde(default, deserialize_with = "edit")]
    #[schema(value_type = Option<String>)]
    contact_email: Edit<String>,
    /// Null empties it.
    #[serde(default, deserialize_with = "edit")]
    #[schema(value_type = Option<String>)]
    domain: Edit<String>,
    /// Null empties it.
    #[serde(default, deserialize_with = "edit")]
    #[schema(value_type = Option<String>)]
    logo_url: Edit<String>,
    /// `#rrggbb`; null empties it.
    #[serde(default, deserialize_with = "edit")]
    #[schema(value_type = Option<String>)]
    primary_color: Edit<String>,
    /// The name of a plan.
    plan: Option<String>,
    /// How many active devices it may have; null for as many as its plan allows.
    #[serde(default, deserialize_with = "edit")]
    #[schema(value_type = Option<i64>)]
    device_limit: Edit<i64>,
    /// 2 to 6 letters that start codes made from now on.
    code_prefix: Option<String>,
    /// Whether its own people and programs may generate codes.
    self_service_codes: Option<bool>,
}

impl From<TenantChanges> for TenantEdit {
    fn from(body: TenantChanges) -> Self {
        let TenantChanges {
            name,
            contact_email,
            domain,
            logo_url,
            primary_color,
            plan,
            device_limit,
            code_prefix,
            self_service_codes,
        } = body;
        Self {
            name,
            contact_email,
            domain,
            logo_url,
            primary_color,
            plan,
            device_limit,
            code_prefix,
            self_service_codes,
        }
    }
}

/// Edit a tenant
///
/// Records `TENANT_UPDATED` with the changed fields, before and after; an edit that changes nothing records nothing.
#[utoipa::path(patch, path = "/tenants/{slug}", tag = "tenants", request_body = TenantChanges, params(
    ("slug" = String, Path), ("If-Match" = Option<String>, Header, description = "The `ETag` that was read; 412 if it is stale"),
), security(("api_token" = ["tenants:write"])), responses(
    (status = 200, body = TenantView),
    (status = 404, description = "There is no such tenant", body = ProblemBody, content_type = "application/problem+json"),
    (status = 412, description = "It was changed in the meantime", body = ProblemBody, content_type = "application/problem+json"),
    (status = 422, description = "A field is invalid", body = ProblemBody, content_type = "application/problem+json"),
))]
pub(crate) async fn update_tenant(
    caller: AdminCaller<may::TenantsWrite>,
    State(app): State<App>,
    Path(slug): Path<String>,
    IfMatch(version): IfMatch,
    JsonBody(body): JsonBody<TenantChanges>,
) -> Result<impl IntoResponse, Problem> {
    let tenant = app.portal.update_tenant(&caller.context(), &slug, body.into(), version).await?;
    Ok(Versioned(tenant.version, Json(TenantView::new(tenant, app.portal.store().now()))))
}
