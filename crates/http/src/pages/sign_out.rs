//! `/sign-out`.

use axum::{extract::State, http::header, response::Response};

use super::{guard::Viewer, onward::see_other};
use crate::{App, problem::Problem, session_cookie};

pub(super) async fn submit(viewer: Viewer, State(app): State<App>) -> Result<Response, Problem> {
    app.portal.sign_out(&viewer.context(), &viewer.person).await?;
    let mut response = see_other("/sign-in");
    if let Some(cookie) = session_cookie::clear(&app) {
        response.headers_mut().insert(header::SET_COOKIE, cookie);
    }
    Ok(response)
}
