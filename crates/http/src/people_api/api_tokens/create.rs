//! `POST …/api-tokens`.

use axum::{Json, extract::State, http::StatusCode, response::IntoResponse};
use daybook_model::api_token::ApiTokenDraft;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::ApiTokenView;
use crate::{
    App,
    body::{JsonBody, parse_field},
    caller::{Caller, may},
    problem::{Problem, ProblemBody},
};

/// A new token.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "name": "nightly export", "role": "auditor", "scopes": ["log:read", "numbers:read"], "expires_in_days": 365 }))]
pub(crate) struct NewApiToken {
    /// 1 to 120 characters.
    name: String,
    /// `owner`, `admin` or `auditor`; within a tenant `tenant_admin` or `tenant_member`.
    role: String,
    /// The actions that it is limited to, such as `log:read`; all that its role may do if absent.
    scopes: Option<Vec<String>>,
    /// 1 to 3,650; never if absent.
    expires_in_days: Option<i64>,
    /// Slug or id of the tenant within which it acts; absent for tokens of the platform. A tenant's own tokens are always of that tenant.
    tenant: Option<String>,
    /// Whether it belongs to whoever asks: it opens nothing while they are disabled, and ends with them. No if absent.
    personal: Option<bool>,
}

/// The token, shown this once.
#[derive(Serialize, ToSchema)]
pub(crate) struct Issued {
    #[serde(flatten)]
    api_token: ApiTokenView,
    /// Send it as `Authorization: Bearer …`.
    token: String,
}

/// Create an API token
///
/// The only time it is shown: the database keeps a hash. A token may do no more than whoever creates it. Records
/// `API_TOKEN_CREATED`.
#[utoipa::path(post, path = "/api-tokens", tag = "access", request_body = NewApiToken, security(("api_token" = ["tokens:write"])), responses(
    (status = 201, body = Issued),
    (status = 422, description = "A field is invalid", body = ProblemBody, content_type = "application/problem+json"),
))]
pub(crate) async fn create_api_token(
    caller: Caller<may::TokensWrite>,
    State(app): State<App>,
    JsonBody(body): JsonBody<NewApiToken>,
) -> Result<impl IntoResponse, Problem> {
    let role = parse_field("/role", &body.role)?;
    let tenant = app.portal.tenant_of_request(caller.scope(), body.tenant.as_deref()).await?;
    let user = body.personal.unwrap_or_default().then(|| caller.user()).transpose()?;
    let draft = ApiTokenDraft {
        scopes: body.scopes,
        expires_in_days: body.expires_in_days,
        tenant,
        user,
        ..ApiTokenDraft::of_platform(body.name, role)
    };
    let ceiling = caller.rights().clone();
    let issued = app.portal.issue_api_token(&caller.context(), draft, Some(&ceiling)).await?;
    Ok((StatusCode::CREATED, Json(Issued { api_token: issued.token.into(), token: issued.secret })))
}
