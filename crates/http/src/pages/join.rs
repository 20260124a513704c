//! `/join`: accepting an invitation, and choosing a new password.

use axum::{
    Form,
    extract::{Query, State},
    http::StatusCode,
    response::Response,
};
use daybook_model::user::LinkPurpose;
use daybook_portal::{Acceptance, Brand, LinkView, PortalError};
use serde::Deserialize;

use super::{FormPage, Link, Look, allow_pictures_from, failed, field_errors, message, rendered, welcome};
use crate::{
    App,
    caller::{Realm, anybody},
    personal::plain,
    request::Origin,
};

/// What the form sends.
#[derive(Deserialize)]
pub(super) struct Filled {
    token: String,
    password: String,
    name: Option<String>,
}

/// The form for this link, or why there is none.
async fn form(
    app: &App,
    origin: Origin,
    token: &str,
    name: Option<&str>,
    errors: Vec<(String, String)>,
) -> Result<Response, PortalError> {
    let LinkView { purpose, user, tenant_name, brand, .. } =
        app.portal.link(&anybody(Realm::Platform, origin), token).await?;
    let (email, known_name) = (plain(user.email).unwrap_or_default(), plain(user.name).unwrap_or_default());
    let intro = match (&purpose, &tenant_name) {
        (LinkPurpose::Reset, _) => "Choose a new password. Your other sessions end with it.".to_owned(),
        (LinkPurpose::Invitation, Some(tenant)) => {
            format!("You are invited to {tenant}. Choose a password to join.")
        }
        (LinkPurpose::Invitation, None) => {
            "You are invited to this portal. Choose a password to join.".to_owned()
        }
    };
    let (title, button) = match purpose {
        LinkPurpose::Invitation => ("Join Daybook", "Join"),
        LinkPurpose::Reset => ("Choose a new password", "Choose it"),
    };
    let page = FormPage {
        title,
        look: brand.as_ref().map(Look::from),
        intro: &intro,
        action: "/join",
        token,
        email: Some(&email),
        asks_for_email: false,
        name: (purpose == LinkPurpose::Invitation).then_some(name.unwrap_or(&known_name)),
        button,
        errors,
    };
    let status = if page.errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let mut page = rendered(status, &page);
    if let Some(origin) = brand.as_ref().and_then(Brand::logo_origin) {
        allow_pictures_from(&origin, &mut page);
    }
    Ok(page)
}

pub(super) async fn show(origin: Origin, State(app): State<App>, Query(link): Query<Link>) -> Response {
    match form(&app, origin, &link.token, None, vec![]).await {
        Ok(page) => page,
        Err(error) => failed(error),
    }
}

pub(super) async fn submit(origin: Origin, State(app): State<App>, Form(filled): Form<Filled>) -> Response {
    let Filled { token, password, name } = filled;
    let name = name.filter(|name| !name.is_empty());
    let request = Acceptance { token: token.clone(), password, name: name.clone() };
    let context = anybody(Realm::Platform, origin.clone());
    match app.portal.accept_link(&context, &request).await {
        Ok(Some(signed_in)) => welcome(&app, &signed_in, "Welcome"),
        Ok(None) => {
            let text = "Sign in with it and your second factor.";
            message(StatusCode::OK, "Your new password is set", text)
        }
        Err(error) => match field_errors(error) {
            Ok(errors) => match form(&app, origin, &token, name.as_deref(), errors).await {
                Ok(page) => page,
                Err(error) => failed(error),
            },
            Err(error) => failed(error),
        },
    }
}
