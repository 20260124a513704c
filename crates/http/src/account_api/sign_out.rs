//! `POST …/auth/logout`.

use axum::{
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};

use crate::{App, caller::PersonCaller, problem::Problem, session_cookie};

/// Sign out
///
/// The session ends and the cookie is taken away. Records `USER_LOGOUT`.
#[utoipa::path(post, path = "/auth/logout", tag = "account", security(("session" = ["account"])), responses(
    (status = 204, description = "Signed out"),
))]
pub(crate) async fn sign_out(caller: PersonCaller, State(app): State<App>) -> Result<Response, Problem> {
    let (context, person) = caller.into_parts();
    app.portal.sign_out(&context, &person).await?;
    let mut response = StatusCode::NO_CONTENT.into_response();
    if let Some(cookie) = session_cookie::clear(&app) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    Ok(response)
}
