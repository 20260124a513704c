//! `/users/{id}/disable`, `/enable`: whether somebody may sign in; `/link`: a new single-use link for them.

use axum::{Form, extract::State, response::Response};
use daybook_model::UserId;
use serde::Deserialize;

use super::{
    ask::{Ask, after, reason_field},
    form::given,
    guard::Viewer,
    user::Managed,
    user_new,
};
use crate::{App, body::Id, problem::Problem};

/// What the form sends.
#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Filled {
    reason: String,
}

async fn disable_form(app: &App, viewer: &Viewer, whose: &Managed, reason: &str) -> Result<Ask, Problem> {
    let ask = whose.ask(app, viewer, "disable", ["user-disable", "user-disable-button"]).await?;
    let lead = viewer.look.locale.text("user-disable-lead");
    Ok(ask.lead(lead).fields(vec![reason_field(viewer.look.locale, reason)]))
}

pub(super) async fn show_disable(
    viewer: Viewer,
    State(app): State<App>,
    Id(id): Id<UserId>,
) -> Result<Response, Problem> {
    let whose = Managed::of(&app, &viewer, id).await?;
    Ok(disable_form(&app, &viewer, &whose, "").await?.answer())
}

pub(super) async fn disable(
    viewer: Viewer,
    State(app): State<App>,
    Id(id): Id<UserId>,
    Form(filled): Form<Filled>,
) -> Result<Response, Problem> {
    let whose = Managed::of(&app, &viewer, id).await?;
    let reason = given(&filled.reason);
    let (context, authority) = (viewer.context(), viewer.authority());
    let outcome = app.portal.disable_user(&context, authority, id, reason.as_deref()).await;
    let again = disable_form(&app, &viewer, &whose, &filled.reason).await?;
    after(&viewer, outcome, |_| whose.path.clone(), || again)
}

async fn enable_form(app: &App, viewer: &Viewer, whose: &Managed) -> Result<Ask, Problem> {
    let ask = whose.ask(app, viewer, "enable", ["user-enable", "user-enable-button"]).await?;
    Ok(ask.lead(viewer.look.locale.text("user-enable-lead")))
}

pub(super) async fn show_enable(
    viewer: Viewer,
    State(app): State<App>,
    Id(id): Id<UserId>,
) -> Result<Response, Problem> {
    let whose = Managed::of(&app, &viewer, id).await?;
    Ok(enable_form(&app, &viewer, &whose).await?.answer())
}

pub(super) async fn enable(
    viewer: Viewer,
    State(app): State<App>,
    Id(id): Id<UserId>,
) -> Result<Response, Problem> {
    let whose = Managed::of(&app, &viewer, id).await?;
    let outcome = app.portal.enable_user(&viewer.context(), viewer.authority(), id).await;
    let again = enable_form(&app, &viewer, &whose).await?;
    after(&viewer, outcome, |_| whose.path.clone(), || again)
}

async fn link_form(app: &App, viewer: &Viewer, whose: &Managed) -> Result<Ask, Problem> {
    let ask = whose.ask(app, viewer, "link", ["user-link", "user-link-button"]).await?;
    Ok(ask.lead(viewer.look.locale.text("user-link-effect")))
}

pub(super) async fn show_link(
    viewer: Viewer,
    State(app): State<App>,
    Id(id): Id<UserId>,
) -> Result<Response, Problem> {
    let whose = Managed::of(&app, &viewer, id).await?;
    Ok(link_form(&app, &viewer, &whose).await?.answer())
}

pub(super) async fn link(
    viewer: Viewer,
    State(app): State<App>,
    Id(id): Id<UserId>,
) -> Result<Response, Problem> {
    let whose = Managed::of(&app, &viewer, id).await?;
    match app.portal.issue_link(&viewer.context(), viewer.authority(), id).await {
        Ok(issued) => user_new::reveal(&app, &viewer, &issued).await,
        Err(error) => link_form(&app, &viewer, &whose).await?.refused(error),
    }
}
