//! What went wrong, as a page: for browsers, where programs read a problem document.

use askama::Template;
use axum::http::{HeaderMap, StatusCode, header};
use daybook_model::Timestamp;

use super::shell::Shell;
use crate::{
    look::Look,
    problem::{ProblemBody, sentence},
};

#[derive(Template)]
#[template(path = "error.html")]
struct ErrorPage<'a> {
    shell: Shell,
    status: u16,
    code: &'a str,
    detail: String,
    request_id: &'a str,
    /// What is wrong field by field.
    fields: Vec<(&'a str, &'a str)>,
}

/// Whether whoever asks reads pages rather than documents.
pub(crate) fn reads_pages(path: &str, headers: &HeaderMap) -> bool {
    let accepted = headers.get(header::ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    // Of the API, browsers open this alone: the provider sends them there.
    let is_page = !path.contains("/api/") || path.ends_with("/auth/oidc/callback");
    is_page && accepted.contains("text/html")
}

/// The page of a problem; nothing if it cannot be rendered.
pub(crate) fn error_page(headers: &HeaderMap, now: Timestamp, problem: &ProblemBody) -> Option<String> {
    let look = Look::of(headers);
    let name = match StatusCode::from_u16(problem.status) {
        _ if problem.code == "LINK_OVER" => "error-title-link",
        Ok(StatusCode::FORBIDDEN) => "error-title-403",
        Ok(StatusCode::NOT_FOUND) => "error-title-404",
        Ok(StatusCode::TOO_MANY_REQUESTS) => "error-title-429",
        Ok(status) if status.is_server_error() => "error-title-500",
        _ => "error-title-other",
    };
    let page = ErrorPage {
        shell: Shell::open(now, look, look.locale.text(name)),
        status: problem.status,
        code: &problem.code,
        detail: sentence(&problem.detail),
        request_id: &problem.request_id,
        fields: problem.errors.iter().map(|field| (field.pointer.as_str(), field.detail.as_str())).collect(),
    };
    page.render().ok()
}
