//! Sessions.

pub(crate) mod end;
pub(crate) mod list;

use daybook_model::SessionId;
use daybook_portal::SessionListing;
use serde::Serialize;
use utoipa::ToSchema;

use crate::personal::plain;

/// Whose a session is.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct UserOfSession {
    /// Their id.
    id: String,
    /// What they are called; null once erased.
    name: Option<String>,
    /// What they may do.
    #[schema(example = "admin")]
    role: &'static str,
}

/// A session, without its cookie.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SessionView {
    /// Never changes.
    #[schema(example = "ses_01k9zq7m3be5v8d0nq2t6y4s1a")]
    id: String,
    user: UserOfSession,
    /// The slug of the user's tenant; null for people of the platform.
    tenant: Option<String>,
    /// `active`, `ended` or `expired`.
    #[schema(example = "active")]
    status: &'static str,
    /// Whether it is the one that asks.
    current: bool,
    /// From where it was begun; null once erased.
    ip: Option<String>,
    /// With what it was begun; null once erased.
    user_agent: Option<String>,
    /// When it began.
    created_at: String,
    /// When something was last asked with it, to the minute.
    last_seen_at: String,
    /// When it ends at the latest.
    expires_at: String,
    /// When it ended.
    ended_at: Option<String>,
}

impl SessionView {
    /// The session as somebody with this session sees it.
    pub(crate) fn seen_from(listing: SessionListing, current: Option<SessionId>) -> Self {
        let SessionListing { session, user, role, tenant, .. } = listing;
        Self {
            id: session.id.to_string(),
            user: UserOfSession { id: user.id.to_string(), name: plain(user.name), role: role.as_str() },
            tenant: tenant.map(|tenant| tenant.slug),
            status: session.status.as_str(),
            current: Some(session.id) == current,
            ip: plain(session.ip),
            user_agent: plain(session.user_agent),
            created_at: session.created_at.to_string(),
            last_seen_at: session.last_seen_at.to_string(),
            expires_at: session.expires_at.to_string(),
            ended_at: session.ended_at.map(|at| at.to_string()),
        }
    }
}
