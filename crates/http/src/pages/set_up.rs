//! `/set-up`: the first owner.

use axum::{
    Form,
    extract::{Query, State},
    http::StatusCode,
    response::Response,
};
use daybook_model::user::OwnerDraft;
use daybook_portal::SetUp;
use serde::Deserialize;

use super::{FormPage, Link, failed, field_errors, link_over, rendered, welcome};
use crate::{
    App,
    caller::{Realm, anybody},
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

fn form<'a>(token: &'a str, email: &'a str, name: &'a str, errors: Vec<(String, String)>) -> FormPage<'a> {
    FormPage {
        title: "Set up Daybook",
        look: None,
        intro: "Nobody owns this portal yet. Whoever fills this in becomes its first owner.",
        action: "/set-up",
        token,
        email: Some(email),
        asks_for_email: true,
        name: Some(name),
        button: "Become the owner",
        errors,
    }
}

pub(super) async fn show(State(app): State<App>, Query(link): Query<Link>) -> Result<Response, Problem> {
    // Whether the token is the right one is said when it is used.
    if app.portal.set_up_token().await?.is_none() {
        return Ok(link_over());
    }
    Ok(rendered(StatusCode::OK, &form(&link.token, "", "", vec![])))
}

pub(super) async fn submit(origin: Origin, State(app): State<App>, Form(filled): Form<Filled>) -> Response {
    let Filled { token, email, name, password } = filled;
    let owner = OwnerDraft { email: email.clone(), name: name.clone() };
    let request = SetUp { token: token.clone(), owner, password };
    match app.portal.set_up(&anybody(Realm::Platform, origin), &request).await {
        Ok(signed_in) => welcome(&app, &signed_in, "The portal is yours"),
        Err(error) => match field_errors(error) {
            Ok(errors) => rendered(StatusCode::UNPROCESSABLE_ENTITY, &form(&token, &email, &name, errors)),
            Err(error) => failed(error),
        },
    }
}
