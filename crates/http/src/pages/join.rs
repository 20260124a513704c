//! `/join`: accepting an invitation, and choosing a new password.

use axum::{
    Form,
    extract::{Query, State},
    http::StatusCode,
    response::Response,
};
use daybook_model::user::LinkPurpose;
use daybook_portal::{Acceptance, LinkView};
use serde::Deserialize;

use super::{
    auth::{AuthForm, AuthMessage},
    form::{Errors, Field, refusal},
    link::{Link, name_field, new_password_field, welcome},
    onward::address,
    shell::{Shell, rendered},
};
use crate::{
    App,
    caller::{Realm, anybody},
    look::Look,
    personal::plain,
    problem::Problem,
    request::Origin,
};

/// What the form sends.
#[derive(Deserialize)]
pub(super) struct Filled {
    token: String,
    password: String,
    name: Option<String>,
}

/// The form for what this link is for, with the name that was typed.
fn form(
    app: &App,
    look: Look,
    token: &str,
    link: LinkView,
    name: Option<String>,
    errors: Errors,
) -> AuthForm {
    let t = |name: &str| look.locale.text(name).into_owned();
    let is_invitation = link.purpose == LinkPurpose::Invitation;
    let (title, button) =
        if is_invitation { ("join-title", "join-button") } else { ("reset-title", "reset-button") };
    let lead = match (is_invitation, link.tenant_name) {
        (true, Some(tenant)) => look.locale.text_with("join-lead-tenant", &[("name", tenant.into())]),
        (true, None) => t("join-lead"),
        (false, _) => t("reset-lead"),
    };
    let email = plain(link.user.email).unwrap_or_default();
    let mut fields =
        vec![Field::new("email", "email", t("email")).autocomplete("username").value(email).fixed()];
    if is_invitation {
        fields.push(name_field(look, &name.or_else(|| plain(link.user.name)).unwrap_or_default()));
    }
    fields.push(new_password_field(look));
    let shell = Shell::open(app.portal.store().now(), look, t(title)).branded(link.brand.as_ref());
    AuthForm::new(shell, "/join", lead, button).hidden("token", token).fields(fields, errors)
}

pub(super) async fn show(
    look: Look,
    origin: Origin,
    State(app): State<App>,
    Query(Link { token }): Query<Link>,
) -> Result<Response, Problem> {
    let link = app.portal.link(&anybody(Realm::Platform, origin), &token).await?;
    Ok(form(&app, look, &token, link, None, vec![]).answer(StatusCode::OK))
}

pub(super) async fn submit(
    look: Look,
    origin: Origin,
    State(app): State<App>,
    Form(Filled { token, password, name }): Form<Filled>,
) -> Result<Response, Problem> {
    let context = anybody(Realm::Platform, origin);
    // Asked before it is used: afterwards nobody knows whose page to show.
    let link = app.portal.link(&context, &token).await?;
    let brand = link.brand.clone();
    let shell = |title: &str| {
        Shell::open(app.portal.store().now(), look, look.locale.text(title)).branded(brand.as_ref())
    };
    let request = Acceptance { token, password, name: name.filter(|name| !name.is_empty()) };
    match app.portal.accept_link(&context, &request).await {
        Ok(Some(signed_in)) => Ok(welcome(&app, &signed_in, shell("welcome"))),
        Ok(None) => {
            let shell = shell("reset-done");
            let text = shell.t("reset-done-text").into_owned();
            let door = match &link.tenant_slug {
                Some(slug) => address("/portal/sign-in", &[("tenant", slug)]),
                None => "/sign-in".to_owned(),
            };
            let page = AuthMessage { shell, text, onward: (door, "sign-in") };
            Ok(rendered(StatusCode::OK, &page))
        }
        Err(error) => {
            let (status, errors) = refusal(look.locale, error)?;
            let form = form(&app, look, &request.token, link, request.name, errors);
            Ok(form.answer(status))
        }
    }
}
