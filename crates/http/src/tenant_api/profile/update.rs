//! `PATCH /tenant/api/profile`.

use axum::{Json, extract::State, response::IntoResponse};
use daybook_model::{change::Edit, tenant::ProfileEdit};
use serde::Deserialize;
use utoipa::ToSchema;

use super::ProfileView;
use crate::{
    App,
    body::{JsonBody, edit},
    caller::{Caller, may},
    etag::{IfMatch, Versioned},
    problem::{Problem, ProblemBody},
};

/// What to change: absent fields stay, null empties one.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "name": "Acme Wheels", "primary_color": "#2545c4", "logo_url": null }))]
pub(crate) struct ProfileChanges {
    /// 1 to 120 characters.
    name: Option<String>,
    /// Where the operator writes to; null empties it.
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
}

/// Edit the own profile
///
/// Records `TENANT_UPDATED` with the changed fields, before and after; an edit that changes nothing records nothing. Plan, limits, slug and code
/// prefix are the operator's to change.
#[utoipa::path(patch, path = "/profile", tag = "profile", request_body = ProfileChanges, params(
    ("If-Match" = Option<String>, Header, description = "The `ETag` that was read; 412 if it is stale"),
), security(("api_token" = ["profile:write"])), responses(
    (status = 200, body = ProfileView),
    (status = 412, description = "It was changed in the meantime", body = ProblemBody, content_type = "application/problem+json"),
    (status = 422, description = "A field is invalid", body = ProblemBody, content_type = "application/problem+json"),
))]
pub(crate) async fn update_profile(
    caller: Caller<may::ProfileWrite>,
    State(app): State<App>,
    IfMatch(version): IfMatch,
    JsonBody(body): JsonBody<ProfileChanges>,
) -> Result<impl IntoResponse, Problem> {
    let tenant = caller.own_tenant()?;
    let ProfileChanges { name, contact_email, domain, logo_url, primary_color } = body;
    let edit = ProfileEdit { name, contact_email, domain, logo_url, primary_color };
    let tenant = app.portal.update_profile(&caller.context(), tenant, edit, version).await?;
    Ok(Versioned(tenant.version, Json(ProfileView::from(tenant))))
}
