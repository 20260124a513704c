//! The pages that single-use links lead to: setting the portal up, and joining or choosing a new password. Plain forms that work without a
//! script. One page, one file; a page and its answer to a form from one struct.

mod brand;
mod join;
mod set_up;

use askama::Template;
use axum::{
    Extension, Router,
    http::{HeaderValue, StatusCode, header},
    response::{Html, IntoResponse, Response},
    routing::get,
};
use daybook_portal::{Brand, PortalError, SignedIn};
use serde::Deserialize;

use crate::{
    App,
    account_api::with_cookie,
    problem::{OwnWords, Problem},
    router::CONTENT_POLICY,
};

/// The pages.
pub(crate) fn routes() -> Router<App> {
    Router::new()
        .route("/set-up", get(set_up::show).post(set_up::submit))
        .route("/join", get(join::show).post(join::submit))
        .route("/account.css", get(style))
        .route("/brand/{file}", get(brand::style))
}

async fn style() -> Response {
    let css = include_str!("static/account.css");
    ([(header::CONTENT_TYPE, "text/css; charset=utf-8")], css).into_response()
}

/// The token in a link.
#[derive(Deserialize)]
pub(crate) struct Link {
    #[serde(default)]
    token: String,
}

/// A form that somebody who followed a link fills in.
#[derive(Template)]
#[template(path = "account_form.html")]
struct FormPage<'a> {
    title: &'a str,
    look: Option<Look>,
    intro: &'a str,
    action: &'a str,
    token: &'a str,
    /// Asked for, or only shown.
    email: Option<&'a str>,
    asks_for_email: bool,
    /// Asked for unless absent.
    name: Option<&'a str>,
    button: &'a str,
    /// What was wrong with what was sent, by the name of the field.
    errors: Vec<(String, String)>,
}

impl FormPage<'_> {
    fn error(&self, field: &str) -> Option<&str> {
        self.errors.iter().find(|(name, _)| name == field).map(|(_, detail)| detail.as_str())
    }
}

/// How a page of a tenant looks.
struct Look {
    name: String,
    logo_url: Option<String>,
    /// The address of its colours.
    style: String,
}

impl From<&Brand> for Look {
    fn from(brand: &Brand) -> Self {
        let style = brand::address(brand.drawn_color());
        Self { name: brand.name.clone(), logo_url: brand.logo_url.clone(), style }
    }
}

/// Something to read and nothing to fill in.
#[derive(Template)]
#[template(path = "account_message.html")]
struct MessagePage<'a> {
    title: &'a str,
    text: &'a str,
}

fn rendered(status: StatusCode, page: &impl Template) -> Response {
    match page.render() {
        Ok(html) => (status, Extension(OwnWords), Html(html)).into_response(),
        Err(error) => {
            tracing::error!(%error, "a page cannot be rendered");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

/// Lets this page alone show pictures from one more place: a tenant's logo.
fn allow_pictures_from(origin: &str, page: &mut Response) {
    let policy = CONTENT_POLICY.replace("img-src 'self'", &format!("img-src 'self' {origin}"));
    if let Ok(policy) = HeaderValue::from_str(&policy) {
        page.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
    }
}

fn message(status: StatusCode, title: &str, text: &str) -> Response {
    rendered(status, &MessagePage { title, text })
}

/// The page for somebody who is signed in now, with the session's cookie.
fn welcome(app: &App, signed_in: &SignedIn, title: &str) -> Response {
    let text = "You are signed in.";
    with_cookie(app, signed_in, message(StatusCode::OK, title, text))
}

/// The page for a link that opens nothing.
fn link_over() -> Response {
    let text = "It was used or replaced, its time is over, or it never was one. Ask for a new one.";
    message(StatusCode::GONE, "This link opens nothing", text)
}

/// What is wrong with a form, by the name of the field; or an error that no form can mend.
fn field_errors(error: PortalError) -> Result<Vec<(String, String)>, PortalError> {
    let PortalError::Invalid(invalid) = error else { return Err(error) };
    let field = |pointer: &str| pointer.trim_start_matches('/').to_owned();
    Ok(invalid.0.into_iter().map(|error| (field(&error.pointer), error.detail)).collect())
}

/// The answer to what no form can mend.
fn failed(error: PortalError) -> Response {
    match error {
        PortalError::LinkOver => link_over(),
        other => Problem::from(other).into_response(),
    }
}
