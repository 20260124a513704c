//! Users.

pub(crate) mod disable;
pub(crate) mod enable;
pub(crate) mod end_sessions;
pub(crate) mod erase;
pub(crate) mod factors;
pub(crate) mod invite;
pub(crate) mod link;
pub(crate) mod list;
pub(crate) mod read;
pub(crate) mod remove;
pub(crate) mod role;
pub(crate) mod update;

use daybook_model::user::User;
use daybook_portal::{IssuedLink, UserListing};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{App, personal::plain};

/// The tenant of a user.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct TenantOfUser {
    /// Its id.
    #[schema(example = "ten_01k9zq7m3be5v8d0nq2t6y4s1a")]
    id: String,
    /// Its slug.
    slug: String,
    /// Its name.
    name: String,
}

/// A user.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct UserView {
    /// Never changes.
    #[schema(example = "usr_01k9zq7m3be5v8d0nq2t6y4s1a")]
    id: String,
    /// Null for people of the platform.
    tenant: Option<TenantOfUser>,
    /// What they sign in with; null once erased.
    email: Option<String>,
    /// What they are called; null once erased.
    name: Option<String>,
    /// Whether name and address are null because they were erased.
    erased: bool,
    /// `owner`, `admin`, `auditor`, `tenant_admin` or `tenant_member`.
    #[schema(example = "admin")]
    role: &'static str,
    /// `invited`, `active`, `disabled` or `removed`.
    #[schema(example = "active")]
    status: &'static str,
    /// Goes up with each edit; the `ETag`.
    version: i64,
    /// When they were invited.
    created_at: String,
    /// When they joined.
    joined_at: Option<String>,
    /// When they last signed in.
    last_login_at: Option<String>,
    /// When their personal values were erased.
    erased_at: Option<String>,
}

impl UserView {
    /// A user whose tenant has this slug and name.
    pub(crate) fn of(user: User, slug: Option<String>, name: Option<String>) -> Self {
        let tenant = user.tenant.map(|id| TenantOfUser {
            id: id.to_string(),
            slug: slug.unwrap_or_default(),
            name: name.unwrap_or_default(),
        });
        let text = |at: Option<daybook_model::Timestamp>| at.map(|at| at.to_string());
        Self {
            id: user.id.to_string(),
            tenant,
            email: plain(user.email),
            name: plain(user.name),
            erased: user.erased_at.is_some(),
            role: user.role.as_str(),
            status: user.status.as_str(),
            version: user.version,
            created_at: user.created_at.to_string(),
            joined_at: text(user.joined_at),
            last_login_at: text(user.last_login_at),
            erased_at: text(user.erased_at),
        }
    }
}

impl From<UserListing> for UserView {
    fn from(listing: UserListing) -> Self {
        Self::of(listing.user, listing.tenant_slug, listing.tenant_name)
    }
}

/// A single-use link, shown this once.
#[derive(Serialize, ToSchema)]
pub(crate) struct IssuedLinkView {
    user: UserView,
    /// `invitation` or `reset`.
    #[schema(example = "invitation")]
    purpose: &'static str,
    /// Give it to the user and to nobody else; it works once.
    link: String,
    /// When it ends.
    expires_at: String,
    /// Whether it goes out by mail too: `queued`, or `not_configured` without a mail server.
    #[schema(example = "queued")]
    mail: &'static str,
}

impl IssuedLinkView {
    /// The link as it is answered.
    pub(crate) fn new(app: &App, issued: &IssuedLink, listing: UserListing) -> Self {
        Self {
            user: listing.into(),
            purpose: issued.purpose.as_str(),
            link: app.portal.link_url(issued),
            expires_at: issued.expires_at.to_string(),
            mail: if issued.queued { "queued" } else { "not_configured" },
        }
    }
}
