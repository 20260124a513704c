//! `/users/{id}/remove` and `/users/{id}/erase`: what cannot be undone.

use axum::{Form, extract::State, response::Response};
use daybook_model::UserId;
use serde::Deserialize;

use super::{
    ask::{Ask, after, is_confirmed, reason_field},
    form::given,
    guard::Viewer,
    user::Managed,
};
use crate::{App, body::Id, problem::Problem};

/// What the forms send.
#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Filled {
    reason: String,
    confirm: String,
}

/// One of the two forms; `effects` are the names of the texts that say what will happen.
async fn form(
    app: &App,
    viewer: &Viewer,
    whose: &Managed,
    (act, effects): (&str, &[&str]),
    reason: &str,
) -> Result<Ask, Problem> {
    let (title, button) = (format!("user-{act}"), format!("user-{act}-button"));
    let ask = whose.ask(app, viewer, act, [&title, &button]).await?;
    let effects = effects.iter().map(|name| viewer.look.locale.text(name).into_owned()).collect();
    Ok(ask.fields(vec![reason_field(viewer.look.locale, reason)]).grave(effects, whose.to_type()))
}

const REMOVE: (&str, &[&str]) = ("remove", &["user-remove-effect"]);
const ERASE: (&str, &[&str]) = ("erase", &["user-erase-effect", "user-erase-stays", "user-erase-beyond"]);

pub(super) async fn show_remove(
    viewer: Viewer,
    State(app): State<App>,
    Id(id): Id<UserId>,
) -> Result<Response, Problem> {
    let whose = Managed::of(&app, &viewer, id).await?;
    Ok(form(&app, &viewer, &whose, REMOVE, "").await?.answer())
}

pub(super) async fn remove(
    viewer: Viewer,
    State(app): State<App>,
    Id(id): Id<UserId>,
    Form(filled): Form<Filled>,
) -> Result<Response, Problem> {
    let whose = Managed::of(&app, &viewer, id).await?;
    let again = form(&app, &viewer, &whose, REMOVE, &filled.reason).await?;
    if !is_confirmed(&filled.confirm, &whose.to_type()) {
        return Ok(again.unconfirmed());
    }
    let reason = given(&filled.reason);
    let (context, authority) = (viewer.context(), viewer.authority());
    let outcome = app.portal.remove_user(&context, authority, id, reason.as_deref(), None).await;
    after(&viewer, outcome, |()| whose.path.clone(), || again)
}

pub(super) async fn show_erase(
    viewer: Viewer,
    State(app): State<App>,
    Id(id): Id<UserId>,
) -> Result<Response, Problem> {
    let whose = Managed::of(&app, &viewer, id).await?;
    Ok(form(&app, &viewer, &whose, ERASE, "").await?.answer())
}

pub(super) async fn erase(
    viewer: Viewer,
    State(app): State<App>,
    Id(id): Id<UserId>,
    Form(filled): Form<Filled>,
) -> Result<Response, Problem> {
    let whose = Managed::of(&app, &viewer, id).await?;
    let again = form(&app, &viewer, &whose, ERASE, &filled.reason).await?;
    if !is_confirmed(&filled.confirm, &whose.to_type()) {
        return Ok(again.unconfirmed());
    }
    let reason = given(&filled.reason);
    let (context, authority) = (viewer.context(), viewer.authority());
    let outcome = app.portal.erase_user(&context, authority, id, reason.as_deref()).await;
    if outcome.is_ok() {
        app.portal.scrub_in_passing().await;
    }
    after(&viewer, outcome, |_| whose.path.clone(), || again)
}
