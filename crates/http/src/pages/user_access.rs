//! `/users/{id}/factors`: removes what somebody lost; `/users/{id}/sessions` and `/users/{id}/sessions/{session}`: ends their sessions.

use axum::{
    extract::{Path, State},
    response::Response,
};
use daybook_model::{SessionId, UserId};

use super::{
    ask::{Ask, after},
    guard::Viewer,
    user::Managed,
};
use crate::{
    App,
    body::{Id, parse_field},
    problem::Problem,
};

async fn factors_form(app: &App, viewer: &Viewer, whose: &Managed) -> Result<Ask, Problem> {
    let ask = whose.ask(app, viewer, "factors", ["user-factors", "user-factors-button"]).await?;
    Ok(ask.lead(viewer.look.locale.text("user-factors-lead")))
}

pub(super) async fn show_factors(
    viewer: Viewer,
    State(app): State<App>,
    Id(id): Id<UserId>,
) -> Result<Response, Problem> {
    let whose = Managed::of(&app, &viewer, id).await?;
    Ok(factors_form(&app, &viewer, &whose).await?.answer())
}

pub(super) async fn remove_factors(
    viewer: Viewer,
    State(app): State<App>,
    Id(id): Id<UserId>,
) -> Result<Response, Problem> {
    let whose = Managed::of(&app, &viewer, id).await?;
    let outcome = app.portal.reset_factors(&viewer.context(), viewer.authority(), id).await;
    let again = factors_form(&app, &viewer, &whose).await?;
    after(&viewer, outcome, |_| whose.path.clone(), || again)
}

async fn sessions_form(app: &App, viewer: &Viewer, whose: &Managed) -> Result<Ask, Problem> {
    let ask = whose.ask(app, viewer, "sessions", ["user-sessions", "sessions-end-all-button"]).await?;
    Ok(ask.lead(viewer.look.locale.text("user-sessions-lead")))
}

pub(super) async fn show_sessions(
    viewer: Viewer,
    State(app): State<App>,
    Id(id): Id<UserId>,
) -> Result<Response, Problem> {
    let whose = Managed::of(&app, &viewer, id).await?;
    Ok(sessions_form(&app, &viewer, &whose).await?.answer())
}

pub(super) async fn end_sessions(
    viewer: Viewer,
    State(app): State<App>,
    Id(id): Id<UserId>,
) -> Result<Response, Problem> {
    let whose = Managed::of(&app, &viewer, id).await?;
    let outcome = app.portal.end_sessions_of(&viewer.context(), viewer.authority(), id).await;
    let again = sessions_form(&app, &viewer, &whose).await?;
    after(&viewer, outcome, |_| whose.path.clone(), || again)
}

/// A person and one of their sessions, as the address names them.
fn named((user, session): &(String, String)) -> Result<(UserId, SessionId), Problem> {
    Ok((parse_field("/id", user)?, parse_field("/session", session)?))
}

async fn session_form(app: &App, viewer: &Viewer, whose: &Managed, id: SessionId) -> Result<Ask, Problem> {
    let act = format!("sessions/{id}");
    let ask = whose.ask(app, viewer, &act, ["user-session", "session-end"]).await?;
    Ok(ask.lead(viewer.look.locale.text("session-end-lead")))
}

pub(super) async fn show_session(
    viewer: Viewer,
    State(app): State<App>,
    Path(path): Path<(String, String)>,
) -> Result<Response, Problem> {
    let (id, session) = named(&path)?;
    let whose = Managed::of(&app, &viewer, id).await?;
    Ok(session_form(&app, &viewer, &whose, session).await?.answer())
}

pub(super) async fn end_session(
    viewer: Viewer,
    State(app): State<App>,
    Path(path): Path<(String, String)>,
) -> Result<Response, Problem> {
    let (id, session) = named(&path)?;
    let whose = Managed::of(&app, &viewer, id).await?;
    let outcome = app.portal.end_session(&viewer.context(), viewer.authority(), session).await;
    let again = session_form(&app, &viewer, &whose, session).await?;
    after(&viewer, outcome, |_| whose.path.clone(), || again)
}
