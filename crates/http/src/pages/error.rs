//! What went wrong, as a page: for browsers, where programs read a problem document. Whoever is signed in sees it in their frame, and can go
//! on from there.

use askama::Template;
use axum::http::{HeaderMap, StatusCode, header};

use super::shell::Shell;
use crate::{
    App,
    look::Look,
    problem::{ProblemBody, sentence},
    session_cookie,
};

/// What it says, for whoever is not signed in.
#[derive(Template)]
#[template(path = "error.html")]
struct ErrorPage<'a> {
    shell: Shell,
    status: u16,
    code: &'a str,
    detail: String,
    request_id: &'a str,
    /// What is wrong field by field.
    fields: Vec<(&'a str, String)>,
}

/// The same in the frame of somebody who is signed in.
#[derive(Template)]
#[template(path = "error_framed.html")]
struct FramedErrorPage<'a> {
    shell: &'a Shell,
    error: &'a ErrorPage<'a>,
}

impl ErrorPage<'_> {
    /// Whether to try again may help: what failed was not what was asked.
    fn may_help(&self) -> bool {
        self.status >= 500 || self.status == StatusCode::TOO_MANY_REQUESTS.as_u16()
    }
}

/// Whether whoever asks reads pages rather than documents.
pub(crate) fn reads_pages(path: &str, headers: &HeaderMap) -> bool {
    let accepted = headers.get(header::ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    // Of the API, browsers open this alone: the provider sends them there.
    let is_page = !path.contains("/api/") || path.ends_with("/auth/oidc/callback");
    is_page && accepted.contains("text/html")
}

/// The page of a problem; nothing if it cannot be rendered.
pub(crate) async fn error_page(app: &App, headers: &HeaderMap, problem: &ProblemBody) -> Option<String> {
    let look = Look::of(headers);
    let locale = look.locale;
    let name = match StatusCode::from_u16(problem.status) {
        _ if problem.code == "LINK_OVER" => "error-title-link",
        Ok(StatusCode::FORBIDDEN) => "error-title-403",
        Ok(StatusCode::NOT_FOUND) => "error-title-404",
        Ok(StatusCode::TOO_MANY_REQUESTS) => "error-title-429",
        Ok(status) if status.is_server_error() => "error-title-500",
        _ => "error-title-other",
    };
    let title = locale.text(name).into_owned();
    let framed = if problem.status < 500 { frame(app, headers, look, &title).await } else { None };
    let page = ErrorPage {
        shell: framed.unwrap_or_else(|| Shell::open(app.portal.store().now(), look, title)),
        status: problem.status,
        code: &problem.code,
        detail: sentence(&locale.refusal(&problem.code, &problem.detail)),
        request_id: &problem.request_id,
        fields: (problem.errors.iter())
            .map(|field| (field.pointer.as_str(), locale.refusal(&field.code, &field.detail)))
            .collect(),
    };
    match &page.shell.who {
        Some(_) => FramedErrorPage { shell: &page.shell, error: &page }.render().ok(),
        None => page.render().ok(),
    }
}

/// The frame of whoever is signed in. Where it cannot be read, the page is as for anybody: it must not fail as well.
async fn frame(app: &App, headers: &HeaderMap, look: Look, title: &str) -> Option<Shell> {
    let person = app.portal.authenticate_session(session_cookie::read(app, headers)?).await.ok()?;
    Shell::of_person(app, &person, look, title.to_owned()).await.ok()
}
