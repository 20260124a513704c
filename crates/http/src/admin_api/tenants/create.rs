//! `POST /admin/api/tenants`.

use axum::{Json, extract::State, http::StatusCode, response::IntoResponse};
use daybook_model::tenant::TenantDraft;
use serde::Deserialize;
use utoipa::ToSchema;

use super::TenantView;
use crate::{
    App,
    body::{JsonBody, parse_optional},
    caller::{AdminCaller, may},
    etag::Versioned,
    problem::{Problem, ProblemBody},
};

/// A new tenant.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "name": "Acme Räder", "contact_email": "ada@example.com", "plan": "standard", "device_limit": 250 }))]
pub(crate) struct NewTenant {
    /// 1 to 120 characters.
    name: String,
    /// 2 to 63 of a-z, 0-9 and hyphens; made from the name if absent.
    slug: Option<String>,
    /// Where the operator writes to.
    contact_email: Option<String>,
    /// The domain of the tenant's own portal.
    domain: Option<String>,
    /// Shown on the tenant's pages.
    logo_url: Option<String>,
    /// `#rrggbb`.
    primary_color: Option<String>,
    /// The name of a plan; `standard` if absent.
    plan: Option<String>,
    /// How many active devices it may have; as many as its plan allows if absent.
    device_limit: Option<i64>,
    /// The state of its subscription; `active` if absent.
    subscription: Option<String>,
    /// When its trial ends, for one that begins `trialing`. RFC 3339.
    trial_ends_at: Option<String>,
    /// 2 to 6 letters that start its codes; made from the name if absent.
    code_prefix: Option<String>,
}

impl TryFrom<NewTenant> for TenantDraft {
    type Error = Problem;

    fn try_from(body: NewTenant) -> Result<Self, Problem> {
        let NewTenant {
            name,
            slug,
            contact_email,
            domain,
            logo_url,
            primary_color,
            plan,
            device_limit,
            subscription,
            trial_ends_at,
            code_prefix,
        } = body;
        let subscription = parse_optional("/subscription", subscription.as_deref())?;
        let trial_ends_at = parse_optional("/trial_ends_at", trial_ends_at.as_deref())?;
        Ok(Self {
            name,
            slug,
            contact_email,
            domain,
            logo_url,
            primary_color,
            plan,
            device_limit,
            subscription,
            trial_ends_at,
            code_prefix,
        })
    }
}

/// Create a tenant
///
/// Records `TENANT_CREATED`.
#[utoipa::path(post, path = "/tenants", tag = "tenants", request_body = NewTenant, security(("api_token" = ["tenants:write"])), responses(
    (status = 201, body = TenantView),
    (status = 409, description = "The slug is taken", body = ProblemBody, content_type = "application/problem+json"),
    (status = 422, description = "A field is invalid", body = ProblemBody, content_type = "application/problem+json"),
))]
pub(crate) async fn create_tenant(
    caller: AdminCaller<may::TenantsWrite>,
    State(app): State<App>,
    JsonBody(body): JsonBody<NewTenant>,
) -> Result<impl IntoResponse, Problem> {
    let tenant = app.portal.create_tenant(&caller.context(), body.try_into()?).await?;
    Ok((
        StatusCode::CREATED,
        Versioned(tenant.version, Json(TenantView::new(tenant, app.portal.store().now()))),
    ))
}
