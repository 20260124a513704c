//! `POST …/users`.

use axum::{Json, extract::State, http::StatusCode, response::IntoResponse};
use daybook_model::user::UserDraft;
use serde::Deserialize;
use utoipa::ToSchema;

use super::IssuedLinkView;
use crate::{
    App,
    body::{JsonBody, parse_field},
    caller::{Caller, may},
    problem::{Problem, ProblemBody},
};

/// Somebody to invite.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "email": "grace@example.com", "name": "Grace Hopper", "role": "admin" }))]
pub(crate) struct NewUser {
    /// Slug or id of the tenant; absent for people of the platform. A tenant's own users are always of that tenant.
    tenant: Option<String>,
    /// What they sign in with.
    email: String,
    /// What they are called; they can change it.
    name: Option<String>,
    /// `owner`, `admin`, `auditor`; within a tenant `tenant_admin` or `tenant_member`.
    role: String,
}

/// Invite a user
///
/// Answers with a single-use link that is valid for seven days: the only time it is shown. It goes out by mail too where a mail server is
/// configured. People of the platform are invited by its owners alone. Records `USER_INVITED`.
#[utoipa::path(post, path = "/users", tag = "people", request_body = NewUser, security(("api_token" = ["tenant-users:write"])), responses(
    (status = 201, body = IssuedLinkView),
    (status = 409, description = "`EMAIL_TAKEN`", body = ProblemBody, content_type = "application/problem+json"),
    (status = 422, description = "A field is invalid", body = ProblemBody, content_type = "application/problem+json"),
))]
pub(crate) async fn invite_user(
    caller: Caller<may::TenantUsersWrite>,
    State(app): State<App>,
    JsonBody(body): JsonBody<NewUser>,
) -> Result<impl IntoResponse, Problem> {
    let role = parse_field("/role", &body.role)?;
    let authority = caller.authority();
    let draft = UserDraft { email: body.email, name: body.name, role };
    let issued = app.portal.invite_user(&caller.context(), authority, body.tenant.as_deref(), draft).await?;
    let listing = app.portal.user(authority.scope, issued.user.id).await?;
    Ok((StatusCode::CREATED, Json(IssuedLinkView::new(&app, &issued, listing))))
}
