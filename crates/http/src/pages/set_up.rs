//! `/set-up`: the first owner.

use axum::{
    Form,
    extract::{Query, State},
    http::StatusCode,
    response::Response,
};
use daybook_model::user::OwnerDraft;
use daybook_portal::{PortalError, SetUp};
use serde::Deserialize;

use super::{
    auth::AuthForm,
    form::{Errors, Field, refusal},
    link::{Link, name_field, new_password_field, welcome},
    shell::Shell,
};
use crate::{
    App,
    caller::{Realm, anybody},
    look::Look,
    problem::Problem,
    request::Origin,
};

/// What the form sends.
#[derive(Deserialize)]
pub(super) struct Filled {
    token: String,
    email: String,
    name: String,
    password: String,
}

fn form(app: &App, look: Look, token: &str, owner: &OwnerDraft, errors: Errors) -> AuthForm {
    let shell = Shell::open(app.portal.store().now(), look, look.locale.text("set-up-title"));
    let lead = shell.t("set-up-lead").into_owned();
    let fields = vec![
        Field::new("email", "email", shell.t("email")).autocomplete("username").value(&owner.email),
        name_field(look, &owner.name),
        new_password_field(look),
    ];
    AuthForm::new(shell, "/set-up", lead, "set-up-button").hidden("token", token).fields(fields, errors)
}

pub(super) async fn show(
    look: Look,
    State(app): State<App>,
    Query(link): Query<Link>,
) -> Result<Response, Problem> {
    // Whether the token is the right one is said when it is used.
    if app.portal.set_up_token().await?.is_none() {
        return Err(PortalError::LinkOver.into());
    }
    let nobody = OwnerDraft { email: String::new(), name: String::new() };
    Ok(form(&app, look, &link.token, &nobody, vec![]).answer(StatusCode::OK))
}

pub(super) async fn submit(
    look: Look,
    origin: Origin,
    State(app): State<App>,
    Form(Filled { token, email, name, password }): Form<Filled>,
) -> Result<Response, Problem> {
    let request = SetUp { token, owner: OwnerDraft { email, name }, password };
    match app.portal.set_up(&anybody(Realm::Platform, origin), &request).await {
        Ok(signed_in) => {
            let shell = Shell::open(app.portal.store().now(), look, look.locale.text("set-up-done"));
            Ok(welcome(&app, &signed_in, shell))
        }
        Err(error) => {
            let (status, errors) = refusal(look.locale, error)?;
            let form = form(&app, look, &request.token, &request.owner, errors);
            Ok(form.answer(status))
        }
    }
}
