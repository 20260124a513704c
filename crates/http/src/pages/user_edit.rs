//! `/users/{id}/edit`: another name or address; `/users/{id}/role`: another role.

use axum::{Form, extract::State, response::Response};
use daybook_model::{Role, UserId, user::UserEdit};
use serde::Deserialize;

use super::{
    ask::{Ask, after},
    form::{Field, Reading, given},
    guard::Viewer,
    user::Managed,
    user_new::choice,
};
use crate::{App, body::Id, personal::plain, problem::Problem};

/// What the forms send. The version is the one that was read: nobody overwrites what they have not seen.
#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Filled {
    email: String,
    name: String,
    role: String,
    version: String,
}

async fn form(app: &App, viewer: &Viewer, whose: &Managed, filled: Option<&Filled>) -> Result<Ask, Problem> {
    let ask = whose.ask(app, viewer, "edit", ["user-edit", "save"]).await?;
    let (locale, user) = (viewer.look.locale, &whose.listing.user);
    let email = filled.map_or_else(|| plain(user.email.clone()).unwrap_or_default(), |f| f.email.clone());
    let name = filled.map_or_else(|| plain(user.name.clone()).unwrap_or_default(), |f| f.name.clone());
    let version = filled.map_or_else(|| user.version.to_string(), |f| f.version.clone());
    let fields = vec![
        Field::new("email", "email", locale.text("email")).value(email).hint(locale.text("user-email-hint")),
        Field::new("name", "text", locale.text("name")).value(name).length_max(120).optional(),
    ];
    Ok(ask.hidden("version", version).fields(fields))
}

pub(super) async fn show(
    viewer: Viewer,
    State(app): State<App>,
    Id(id): Id<UserId>,
) -> Result<Response, Problem> {
    let whose = Managed::of(&app, &viewer, id).await?;
    Ok(form(&app, &viewer, &whose, None).await?.answer())
}

pub(super) async fn submit(
    viewer: Viewer,
    State(app): State<App>,
    Id(id): Id<UserId>,
    Form(filled): Form<Filled>,
) -> Result<Response, Problem> {
    let whose = Managed::of(&app, &viewer, id).await?;
    let edit = UserEdit { email: given(&filled.email), name: given(&filled.name) };
    let version = given(&filled.version).and_then(|version| version.parse().ok());
    let outcome = app.portal.update_user(&viewer.context(), viewer.authority(), id, edit, version).await;
    let again = form(&app, &viewer, &whose, Some(&filled)).await?;
    after(&viewer, outcome, |_| whose.path.clone(), || again)
}

async fn role_form(app: &App, viewer: &Viewer, whose: &Managed, role: &str) -> Result<Ask, Problem> {
    let ask = whose.ask(app, viewer, "role", ["user-role", "user-role-button"]).await?;
    let (locale, user) = (viewer.look.locale, &whose.listing.user);
    let of_side = Role::ALL.into_iter().filter(|role| role.is_platform() == user.tenant.is_none());
    let field = Field::new("role", "select", locale.text("role"))
        .value(role)
        .choices(of_side.map(|role| choice(locale, role)));
    let ask = ask.lead(locale.text("user-role-lead")).hidden("version", user.version.to_string());
    Ok(ask.fields(vec![field]))
}

pub(super) async fn show_role(
    viewer: Viewer,
    State(app): State<App>,
    Id(id): Id<UserId>,
) -> Result<Response, Problem> {
    let whose = Managed::of(&app, &viewer, id).await?;
    Ok(role_form(&app, &viewer, &whose, whose.listing.user.role.as_str()).await?.answer())
}

pub(super) async fn submit_role(
    viewer: Viewer,
    State(app): State<App>,
    Id(id): Id<UserId>,
    Form(filled): Form<Filled>,
) -> Result<Response, Problem> {
    let whose = Managed::of(&app, &viewer, id).await?;
    let mut reading = Reading::default();
    let role =
        reading.read("role", &filled.role, "must be one of the roles").unwrap_or(whose.listing.user.role);
    let version = given(&filled.version).and_then(|version| version.parse().ok());
    let outcome = match reading.finish() {
        Ok(()) => {
            let (context, authority) = (viewer.context(), viewer.authority());
            app.portal.change_user_role(&context, authority, id, role, version).await
        }
        Err(error) => Err(error),
    };
    let again = role_form(&app, &viewer, &whose, &filled.role).await?;
    after(&viewer, outcome, |_| whose.path.clone(), || again)
}
