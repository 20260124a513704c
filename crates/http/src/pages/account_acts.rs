//! `/account/name`, `/account/password`, `/account/factors/{id}`, `/account/recovery-codes`: changes of one's own account. Whoever changes
//! how they prove who they are gets a new cookie.

use axum::{Form, extract::State, response::Response};
use daybook_model::FactorId;
use daybook_portal::{PortalError, SignedIn};
use serde::Deserialize;

use super::{
    account::PATH,
    ask::{Ask, after},
    form::Field,
    guard::Viewer,
    onward::done,
    reveal::Reveal,
    shell::Shell,
};
use crate::{App, account_api::with_cookie, body::Id, personal::plain, problem::Problem};

/// What the forms send.
#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Filled {
    name: String,
    current_password: String,
    password: String,
}

/// A form of one's own account, under the title of this name.
pub(super) async fn ask(
    app: &App,
    viewer: &Viewer,
    act: &str,
    [title, button]: [&str; 2],
) -> Result<Ask, Problem> {
    let shell = Shell::of(app, viewer, viewer.look.locale.text(title).into_owned()).await?;
    Ok(Ask::new(viewer, shell, format!("{PATH}/{act}"), PATH, button))
}

async fn name_form(app: &App, viewer: &Viewer, name: &str) -> Result<Ask, Problem> {
    let label = viewer.look.locale.text("your-name");
    let field = Field::new("name", "text", label).autocomplete("name").length_max(120).value(name);
    Ok(ask(app, viewer, "name", ["account-name", "save"]).await?.fields(vec![field]))
}

pub(super) async fn show_name(viewer: Viewer, State(app): State<App>) -> Result<Response, Problem> {
    let name = plain(viewer.person.name.clone()).unwrap_or_default();
    Ok(name_form(&app, &viewer, &name).await?.answer())
}

pub(super) async fn rename(
    viewer: Viewer,
    State(app): State<App>,
    Form(filled): Form<Filled>,
) -> Result<Response, Problem> {
    let outcome = app.portal.rename_self(&viewer.context(), &viewer.person, &filled.name).await;
    let again = name_form(&app, &viewer, &filled.name).await?;
    after(&viewer, outcome, |()| PATH.to_owned(), || again)
}

/// Whose account it is, for whatever keeps their passwords, and the line for the password that they have now.
async fn present_password(app: &App, viewer: &Viewer) -> Result<[Field; 2], Problem> {
    let (locale, account) = (viewer.look.locale, app.portal.account(&viewer.person).await?);
    let email = plain(account.user.email).unwrap_or_default();
    let whose =
        Field::new("email", "email", locale.text("email")).autocomplete("username").value(email).fixed();
    let password = Field::new("current_password", "password", locale.text("account-present-password"));
    let password = password.autocomplete("current-password").optional();
    Ok([whose, password.hint(locale.text("account-present-password-hint"))])
}

async fn password_form(app: &App, viewer: &Viewer) -> Result<Ask, Problem> {
    let locale = viewer.look.locale;
    let new = Field::new("password", "password", locale.text("account-new-password"))
        .autocomplete("new-password")
        .hint(locale.text("password-hint"));
    let ask = ask(app, viewer, "password", ["account-password", "account-password-button"]).await?;
    let [whose, present] = present_password(app, viewer).await?;
    Ok(ask.lead(locale.text("account-others-end")).fields(vec![whose, present, new]))
}

pub(super) async fn show_password(viewer: Viewer, State(app): State<App>) -> Result<Response, Problem> {
    Ok(password_form(&app, &viewer).await?.answer())
}

pub(super) async fn change_password(
    viewer: Viewer,
    State(app): State<App>,
    Form(filled): Form<Filled>,
) -> Result<Response, Problem> {
    let Filled { current_password, password, .. } = &filled;
    let (context, person) = (viewer.context(), &viewer.person);
    let outcome = app.portal.change_password(&context, person, current_password, password).await;
    let again = password_form(&app, &viewer).await?;
    renewed(&app, &viewer, outcome, again)
}

/// Back to the account with the session's new cookie, or the form again.
fn renewed(
    app: &App,
    viewer: &Viewer,
    outcome: Result<SignedIn, PortalError>,
    again: Ask,
) -> Result<Response, Problem> {
    match outcome {
        Ok(signed_in) => Ok(with_cookie(app, &signed_in, done(viewer, PATH))),
        Err(error) => again.refused(error),
    }
}

async fn factor_form(app: &App, viewer: &Viewer, id: FactorId) -> Result<Ask, Problem> {
    let act = format!("factors/{id}");
    let ask = ask(app, viewer, &act, ["account-factor-remove", "account-factor-remove-button"]).await?;
    let lead = viewer.look.locale.text("account-others-end");
    Ok(ask.lead(lead).fields(present_password(app, viewer).await?.into()))
}

pub(super) async fn show_factor(
    viewer: Viewer,
    State(app): State<App>,
    Id(id): Id<FactorId>,
) -> Result<Response, Problem> {
    Ok(factor_form(&app, &viewer, id).await?.answer())
}

pub(super) async fn remove_factor(
    viewer: Viewer,
    State(app): State<App>,
    Id(id): Id<FactorId>,
    Form(filled): Form<Filled>,
) -> Result<Response, Problem> {
    let (context, person) = (viewer.context(), &viewer.person);
    let outcome = app.portal.remove_own_factor(&context, person, id, &filled.current_password).await;
    let again = factor_form(&app, &viewer, id).await?;
    renewed(&app, &viewer, outcome, again)
}

async fn recovery_form(app: &App, viewer: &Viewer) -> Result<Ask, Problem> {
    let ask = ask(app, viewer, "recovery-codes", ["account-recovery", "account-recovery-button"]).await?;
    Ok(ask.lead(viewer.look.locale.text("account-recovery-lead")))
}

pub(super) async fn show_recovery(viewer: Viewer, State(app): State<App>) -> Result<Response, Problem> {
    Ok(recovery_form(&app, &viewer).await?.answer())
}

pub(super) async fn renew_recovery(viewer: Viewer, State(app): State<App>) -> Result<Response, Problem> {
    match app.portal.renew_recovery_codes(&viewer.context(), &viewer.person).await {
        Ok(codes) => reveal_codes(&app, &viewer, codes).await,
        Err(error) => recovery_form(&app, &viewer).await?.refused(error),
    }
}

/// Recovery codes, shown this once.
pub(super) async fn reveal_codes(
    app: &App,
    viewer: &Viewer,
    codes: Vec<String>,
) -> Result<Response, Problem> {
    let title = viewer.look.locale.text("account-recovery-made").into_owned();
    let shell = Shell::of(app, viewer, title).await?;
    let lead = shell.t("account-recovery-made-lead");
    Ok(Reveal::new(shell, lead, codes, "recovery-codes.csv", PATH).answer(viewer))
}
