//! What went wrong, as a page: for browsers, where programs read a problem document. Whoever is signed in sees it in their frame, and can go
//! on from there.

use askama::Template;
use axum::{
    extract::Request,
    http::{HeaderMap, HeaderValue, StatusCode},
    response::{Html, IntoResponse, Response},
};

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

/// The same as a part of a page that is there.
#[derive(Template)]
#[template(path = "error_fragment.html")]
struct ErrorFragment<'a> {
    shell: &'a Shell,
    error: &'a ErrorPage<'a>,
    place: Place,
    /// The address that was asked for.
    asked: &'a str,
}

/// Where a page that is there puts what went wrong.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    /// Where the part would have stood.
    Panel,
    /// Over the page, where a form would have opened.
    Dialog,
    /// Into the form that was sent: what was typed stays.
    Form,
}

impl ErrorPage<'_> {
    /// Whether to try again may help: what failed was not what was asked.
    fn may_help(&self) -> bool {
        self.status >= 500 || self.status == StatusCode::TOO_MANY_REQUESTS.as_u16()
    }
}

/// Whoever reads pages rather than documents, and what they asked for.
pub(crate) struct Reader {
    headers: HeaderMap,
    asked: String,
    /// Where a page that is there wants the answer; nothing if a whole page is wanted.
    place: Option<Place>,
}

impl Reader {
    /// Whoever sent this, if they read pages.
    pub(crate) fn of(request: &Request) -> Option<Self> {
        let (path, headers) = (request.uri().path(), request.headers());
        let text =
            |name| headers.get(name).and_then(|value: &HeaderValue| value.to_str().ok()).unwrap_or_default();
        // Of the API, browsers open this alone: the provider sends them there.
        let is_page = !path.contains("/api/") || path.ends_with("/auth/oidc/callback");
        if !is_page || !text("accept").contains("text/html") {
            return None;
        }
        let place = match (text("hx-target").ends_with("#dialog"), request.method().is_safe()) {
            _ if !headers.contains_key("hx-request") => None,
            (_, false) => Some(Place::Form),
            (true, true) => Some(Place::Dialog),
            (false, true) => Some(Place::Panel),
        };
        let asked = request.uri().path_and_query().map_or("/", |asked| asked.as_str()).to_owned();
        Some(Self { headers: headers.clone(), asked, place })
    }
}

/// The page of a problem, or what a page that is there says of it; nothing if it cannot be rendered.
pub(crate) async fn error_page(app: &App, reader: &Reader, problem: &ProblemBody) -> Option<Response> {
    let look = Look::of(&reader.headers);
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
    // Where the database does not answer, its frame would be waited for in vain.
    let has_frame = reader.place.is_none() && problem.status != StatusCode::SERVICE_UNAVAILABLE.as_u16();
    let framed = if has_frame { frame(app, &reader.headers, look, &title).await } else { None };
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
    let (shell, error) = (&page.shell, &page);
    let text = match (reader.place, &shell.who) {
        (Some(place), _) => ErrorFragment { shell, error, place, asked: &reader.asked }.render(),
        (None, Some(_)) => FramedErrorPage { shell, error }.render(),
        (None, None) => page.render(),
    };
    let mut response = Html(text.ok()?).into_response();
    if reader.place == Some(Place::Form) {
        response.headers_mut().insert("hx-retarget", HeaderValue::from_static("#dialog .dlg-failed"));
    }
    Some(response)
}

/// The frame of whoever is signed in. Where it cannot be read, the page is as for anybody: it must not fail as well.
async fn frame(app: &App, headers: &HeaderMap, look: Look, title: &str) -> Option<Shell> {
    let person = app.portal.authenticate_session(session_cookie::read(app, headers)?).await.ok()?;
    Shell::of_person(app, &person, look, title.to_owned()).await.ok()
}
