//! What the pages have in common that single-use links lead to. Must not open a link: the use case does.

use axum::{http::StatusCode, response::Response};
use daybook_portal::SignedIn;
use serde::Deserialize;

use super::{
    auth::AuthMessage,
    form::Field,
    shell::{Shell, rendered},
};
use crate::{App, account_api::with_cookie, look::Look};

/// The token in a link.
#[derive(Deserialize)]
pub(super) struct Link {
    #[serde(default)]
    pub(super) token: String,
}

/// The line for somebody's name.
pub(super) fn name_field(look: Look, name: &str) -> Field {
    Field::new("name", "text", look.locale.text("your-name")).autocomplete("name").length_max(120).value(name)
}

/// The line for a password that is chosen now.
pub(super) fn new_password_field(look: Look) -> Field {
    Field::new("password", "password", look.locale.text("password"))
        .autocomplete("new-password")
        .hint(look.locale.text("password-hint"))
}

/// The page for somebody who is signed in now, with the session's cookie.
pub(super) fn welcome(app: &App, signed_in: &SignedIn, shell: Shell) -> Response {
    let text = if signed_in.tenant.is_none() { "error-home" } else { "to-portal" };
    let onward = ("/".to_owned(), text);
    let text = shell.t("welcome-text").into_owned();
    with_cookie(app, signed_in, rendered(StatusCode::OK, &AuthMessage { shell, text, onward }))
}
