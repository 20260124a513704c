//! Notifications by mail, as operators see them: what waits, was sent or failed. What a letter says is not shown.

pub(crate) mod list;
pub(crate) mod retry;

use daybook_portal::NotificationListing;
use serde::Serialize;
use utoipa::ToSchema;

/// A notification by mail.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct NotificationView {
    /// Never changes.
    #[schema(example = "ntf_01k9zq7m3be5v8d0nq2t6y4s1a")]
    id: String,
    /// What it is about: `invitation`, `password_reset`, `codes_generated`, `limit_near`, `tenant_suspended`, `tenant_resumed`, `subscription_changed` or
    /// `new_sign_in`.
    #[schema(example = "codes_generated")]
    kind: &'static str,
    /// The tenant of who is told; null for people of the platform.
    tenant_id: Option<String>,
    /// Its slug.
    tenant_slug: Option<String>,
    /// Who is told; null for the tenant's contact address.
    user: Option<String>,
    /// The event that it tells of.
    event: String,
    /// `waiting`, `sent` or `failed`.
    #[schema(example = "sent")]
    status: &'static str,
    /// How often it was tried.
    attempts: i64,
    /// Why the last attempt failed: `smtp_` with the server's code, or a word such as `unreachable`.
    #[schema(example = "unreachable")]
    last_error: Option<String>,
    /// When it is tried next.
    next_attempt_at: Option<String>,
    /// It is not tried any more then.
    give_up_at: String,
    /// When its event was recorded.
    created_at: String,
    /// When the mail server took it.
    sent_at: Option<String>,
}

impl From<NotificationListing> for NotificationView {
    fn from(listing: NotificationListing) -> Self {
        Self {
            id: listing.id.to_string(),
            kind: listing.kind.as_str(),
            tenant_id: listing.tenant.map(|id| id.to_string()),
            tenant_slug: listing.tenant_slug,
            user: listing.user.map(|id| id.to_string()),
            event: listing.event.to_string(),
            status: listing.status.as_str(),
            attempts: listing.attempts,
            last_error: listing.last_error,
            next_attempt_at: listing.next_attempt_at.map(|at| at.to_string()),
            give_up_at: listing.give_up_at.to_string(),
            created_at: listing.created_at.to_string(),
            sent_at: listing.sent_at.map(|at| at.to_string()),
        }
    }
}
