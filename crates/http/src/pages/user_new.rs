//! `/users/new`: invites somebody.

use axum::{
    Form,
    extract::{Query, State},
    response::Response,
};
use daybook_model::{Action, Role, user::UserDraft};
use daybook_portal::{IssuedLink, PortalError};
use serde::Deserialize;

use super::{
    ask::Ask,
    form::{Field, Reading, given},
    guard::Viewer,
    reveal::Reveal,
    shell::Shell,
    users::PATH,
};
use crate::{App, locale::Locale, problem::Problem};

/// What the form sends; the tenant also stands in the address that leads here.
#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Filled {
    tenant: String,
    email: String,
    name: String,
    role: String,
}

/// The roles that the viewer can hand out, as they are sent and read.
fn roles(viewer: &Viewer) -> impl Iterator<Item = (String, String)> {
    let (locale, platform) = (viewer.look.locale, viewer.may(Action::PlatformUsersWrite));
    let can_be_given = move |role: &Role| platform || !role.is_platform();
    Role::ALL.into_iter().filter(can_be_given).map(move |role| choice(locale, role))
}

/// A role as forms offer it.
pub(super) fn choice(locale: Locale, role: Role) -> (String, String) {
    (role.as_str().to_owned(), locale.text(&format!("role-{role}")).into_owned())
}

async fn form(app: &App, viewer: &Viewer, filled: &Filled) -> Result<Ask, Problem> {
    let shell = Shell::of(app, viewer, viewer.look.locale.text("user-invite").into_owned()).await?;
    let usual = if filled.tenant.is_empty() && viewer.may(Action::PlatformUsersWrite) {
        Role::Auditor
    } else {
        Role::TenantMember
    };
    let role = given(&filled.role).unwrap_or_else(|| usual.as_str().to_owned());
    let tenant = Field::new("tenant", "text", shell.t("tenant")).value(&filled.tenant);
    let tenant = if viewer.may(Action::PlatformUsersWrite) {
        tenant.optional().hint(shell.t("user-tenant-hint"))
    } else {
        tenant.hint(shell.t("user-tenant-hint-only"))
    };
    let mut fields = vec![
        Field::new("email", "email", shell.t("email")).value(&filled.email),
        Field::new("name", "text", shell.t("name"))
            .value(&filled.name)
            .length_max(120)
            .optional()
            .hint(shell.t("user-name-hint")),
        Field::new("role", "select", shell.t("role")).value(role).choices(roles(viewer)),
    ];
    if !viewer.is_of_tenant() {
        fields.insert(2, tenant);
    }
    let lead = shell.t("user-invite-lead");
    Ok(Ask::new(viewer, shell, "/users/new", PATH, "user-invite-button").lead(lead).fields(fields))
}

pub(super) async fn show(
    viewer: Viewer,
    State(app): State<App>,
    Query(filled): Query<Filled>,
) -> Result<Response, Problem> {
    Ok(form(&app, &viewer, &filled).await?.answer())
}

pub(super) async fn submit(
    viewer: Viewer,
    State(app): State<App>,
    Form(filled): Form<Filled>,
) -> Result<Response, Problem> {
    match invite(&app, &viewer, &filled).await {
        Ok(issued) => reveal(&app, &viewer, &issued).await,
        Err(error) => form(&app, &viewer, &filled).await?.refused(error),
    }
}

async fn invite(app: &App, viewer: &Viewer, filled: &Filled) -> Result<IssuedLink, PortalError> {
    let mut reading = Reading::default();
    let role = reading.read("role", &filled.role, "must be one of the roles");
    reading.finish()?;
    let draft = UserDraft {
        email: filled.email.clone(),
        name: given(&filled.name),
        role: role.unwrap_or(Role::TenantMember),
    };
    let tenant = given(&filled.tenant);
    app.portal.invite_user(&viewer.context(), viewer.authority(), tenant.as_deref(), draft).await
}

/// The link, shown this once.
pub(super) async fn reveal(app: &App, viewer: &Viewer, issued: &IssuedLink) -> Result<Response, Problem> {
    let locale = viewer.look.locale;
    let shell = Shell::of(app, viewer, locale.text("user-link-made").into_owned()).await?;
    let until = shell.moment(&issued.expires_at);
    let mail = if issued.queued { "user-link-mailed" } else { "user-link-not-mailed" };
    let lead = format!("{} {}", shell.with("user-link-lead", "name", until), shell.t(mail));
    let done = format!("{PATH}/{}", issued.user.id);
    Ok(Reveal::new(shell, lead, vec![app.portal.link_url(issued)], "link.csv", done).answer(viewer))
}
