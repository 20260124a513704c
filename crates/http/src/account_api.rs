//! Signing in, and one's own account: the same for people of the platform, under `/admin/api`, and of tenants, under `/tenant/api`.
//! One endpoint, one file.

mod accept;
mod end_session;
mod end_sessions;
mod factors;
mod link;
mod me;
mod notifications;
mod oidc;
mod passkey;
mod password;
mod recovery_codes;
mod rename;
mod second_factor;
mod sessions;
mod set_up;
mod sign_in;
mod sign_out;
mod totp;

use axum::{
    Json,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use daybook_model::factor::Factor;
use daybook_portal::SignedIn;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

pub(crate) use end_sessions::EndedView;

use crate::{App, people_api::users::UserView, personal::plain, session_cookie};

/// The routes of one side, relative to its API.
pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(sign_in::sign_in))
        .routes(routes!(second_factor::sign_in_second_factor))
        .routes(routes!(oidc::begin::begin_provider_sign_in))
        .routes(routes!(oidc::callback::finish_provider_sign_in))
        .routes(routes!(sign_out::sign_out))
        .routes(routes!(link::read_link))
        .routes(routes!(accept::accept_link))
        .routes(routes!(me::read_me, rename::rename_me))
        .routes(routes!(
            notifications::read::read_own_notifications,
            notifications::choose::choose_own_notifications
        ))
        .routes(routes!(password::change_password))
        .routes(routes!(sessions::list_own_sessions, end_sessions::end_other_sessions))
        .routes(routes!(end_session::end_own_session))
        .routes(routes!(totp::begin::begin_totp))
        .routes(routes!(totp::confirm::confirm_totp))
        .routes(routes!(passkey::begin_registration::begin_passkey_registration))
        .routes(routes!(passkey::finish_registration::finish_passkey_registration))
        .routes(routes!(passkey::begin_sign_in::begin_passkey_sign_in))
        .routes(routes!(passkey::finish_sign_in::finish_passkey_sign_in))
        .routes(routes!(factors::remove_own_factor))
        .routes(routes!(recovery_codes::renew_recovery_codes))
}

/// What only people of the platform have.
pub(crate) fn platform_routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(set_up::set_up))
}

/// Somebody who has signed in.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SignedInView {
    /// `signed_in`.
    #[schema(example = "signed_in")]
    status: &'static str,
    user: UserView,
    /// The session's id; the session itself is in the cookie.
    #[schema(example = "ses_01k9zq7m3be5v8d0nq2t6y4s1a")]
    session: String,
    /// When the session ends at the latest.
    expires_at: String,
    /// Send it as `X-Form-Token` with what changes something, where the browser does not say where the request comes from.
    form_token: String,
}

impl SignedInView {
    fn new(signed_in: SignedIn) -> Self {
        let (slug, name) = signed_in.tenant.map(|tenant| (tenant.slug, tenant.name)).unzip();
        Self {
            status: "signed_in",
            user: UserView::of(signed_in.user, slug, name),
            session: signed_in.session.to_string(),
            expires_at: signed_in.expires_at.to_string(),
            form_token: signed_in.form_token,
        }
    }
}

/// The answer that gives a browser its session.
pub(crate) fn signed_in(app: &App, status: StatusCode, signed_in: SignedIn) -> Response {
    with_cookie(app, &signed_in.clone(), (status, Json(SignedInView::new(signed_in))).into_response())
}

/// The answer with the session's new cookie.
pub(crate) fn with_cookie(app: &App, signed_in: &SignedIn, mut response: Response) -> Response {
    let seconds = signed_in.expires_at.as_seconds() - app.portal.store().now().as_seconds();
    if let Some(cookie) = session_cookie::set(app, &signed_in.cookie, seconds) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response
}

/// A way in which a person proves who they are.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct FactorView {
    /// Never changes.
    #[schema(example = "fac_01k9zq7m3be5v8d0nq2t6y4s1a")]
    id: String,
    /// `totp`, `passkey` or `oidc`.
    #[schema(example = "totp")]
    kind: &'static str,
    /// What its owner calls it.
    label: Option<String>,
    /// When it was added.
    created_at: String,
}

impl From<Factor> for FactorView {
    fn from(factor: Factor) -> Self {
        Self {
            id: factor.id.to_string(),
            kind: factor.kind.as_str(),
            label: plain(factor.label),
            created_at: factor.created_at.to_string(),
        }
    }
}
