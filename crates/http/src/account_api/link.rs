//! `POST …/auth/link`.

use axum::{Json, extract::State};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    App,
    body::JsonBody,
    caller::{Realm, anybody},
    people_api::users::UserView,
    problem::{Problem, ProblemBody},
    request::Origin,
};

/// A link that somebody followed.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "token": "dbl_…" }))]
pub(crate) struct FollowedLink {
    /// Of the link.
    token: String,
}

/// What a link is for.
#[derive(Serialize, ToSchema)]
pub(crate) struct LinkView {
    /// `invitation` or `reset`.
    #[schema(example = "invitation")]
    purpose: &'static str,
    user: UserView,
    /// When it ends.
    expires_at: String,
}

/// See what a link is for
///
/// Changes nothing; it is a POST so that the token stands in no address.
#[utoipa::path(post, path = "/auth/link", tag = "account", request_body = FollowedLink, responses(
    (status = 200, body = LinkView),
    (status = 410, description = "`LINK_OVER`: it was used or replaced, its time is over, or it never was one", body = ProblemBody, content_type = "application/problem+json"),
    (status = 429, description = "`RATE_LIMITED`: too many were wrong", body = ProblemBody, content_type = "application/problem+json"),
))]
pub(crate) async fn read_link(
    realm: Realm,
    origin: Origin,
    State(app): State<App>,
    JsonBody(body): JsonBody<FollowedLink>,
) -> Result<Json<LinkView>, Problem> {
    let link = app.portal.link(&anybody(realm, origin), &body.token).await?;
    Ok(Json(LinkView {
        purpose: link.purpose.as_str(),
        user: UserView::of(link.user, link.tenant_slug, link.tenant_name),
        expires_at: link.expires_at.to_string(),
    }))
}
