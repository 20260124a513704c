//! Keeps other sites from acting in a visitor's name: a browser says where a request comes from, and what changes something is
//! accepted from our own pages alone. For every route, before its handler. Must not keep out programs, which say nothing of this.

use axum::{
    extract::{Request, State},
    http::{HeaderMap, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};

use crate::{App, problem::Problem, session_cookie};

/// Refuses what another site's page sent.
pub(crate) async fn refuse(State(app): State<App>, request: Request, next: Next) -> Response {
    let headers = request.headers();
    let own = app.portal.public_url().origin();
    let is_safe = request.method().is_safe();
    if is_safe || is_asked_by_a_program(&app, headers) || !is_from_elsewhere(headers, &own) {
        return next.run(request).await;
    }
    let detail = format!(
        "another site's page sent this: open the portal at {own}, or have its operator set --public-url to where it is reached"
    );
    Problem::new(StatusCode::FORBIDDEN, "CROSS_SITE", detail).into_response()
}

/// Whether the request names its caller itself, with a token that no browser adds by itself, and says nothing that a browser would
/// add. `Basic` is what a browser adds.
fn is_asked_by_a_program(app: &App, headers: &HeaderMap) -> bool {
    let authorization = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let is_bearer = authorization.and_then(|value| value.split_once(' '));
    is_bearer.is_some_and(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
        && !session_cookie::is_sent(app, headers)
}

/// Whether the browser says where the request comes from. What it says was looked at before any handler ran.
pub(crate) fn says_where_from(headers: &HeaderMap) -> bool {
    headers.contains_key("sec-fetch-site") || headers.contains_key(header::ORIGIN)
}

/// Whether the browser says that the request comes from somewhere else than our own pages. `none` is what a person typed or kept.
fn is_from_elsewhere(headers: &HeaderMap, own: &str) -> bool {
    let fetched =
        headers.get_all("sec-fetch-site").iter().any(|site| site != "same-origin" && site != "none");
    // `null` is the origin of those that hide it.
    let sent = headers.get_all(header::ORIGIN).iter().any(|origin| origin != own);
    fetched || sent
}
