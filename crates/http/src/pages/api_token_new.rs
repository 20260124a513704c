//! `/api-tokens/new`: a token, shown once.

use axum::{Form, extract::State, response::Response};
use daybook_model::{Action, Rights, Role, api_token::ApiTokenDraft, user::UserRef};
use daybook_portal::{IssuedToken, PortalError};

use super::{
    api_tokens::PATH,
    ask::Ask,
    form::{Field, Reading, given},
    guard::Viewer,
    reveal::Reveal,
    shell::Shell,
    user_new::choice,
};
use crate::{App, problem::Problem};

/// After how many days one can end.
const DAYS: [i64; 4] = [30, 90, 365, 730];

/// What the form sends. One name may come several times, so the pairs are read here.
#[derive(Default)]
struct Filled {
    name: String,
    tenant: String,
    role: String,
    expires_in_days: String,
    personal: String,
    scopes: Vec<String>,
}

impl From<Vec<(String, String)>> for Filled {
    fn from(pairs: Vec<(String, String)>) -> Self {
        let mut filled = Self::default();
        for (name, value) in pairs {
            match name.as_str() {
                "name" => filled.name = value,
                "tenant" => filled.tenant = value,
                "role" => filled.role = value,
                "expires_in_days" => filled.expires_in_days = value,
                "personal" => filled.personal = value,
                "scopes" => filled.scopes.push(value),
                _ => {}
            }
        }
        filled
    }
}

async fn form(app: &App, viewer: &Viewer, filled: &Filled) -> Result<Ask, Problem> {
    let (locale, person) = (viewer.look.locale, &viewer.person);
    let shell = Shell::of(app, viewer, locale.text("api-token-new").into_owned()).await?;
    let role = given(&filled.role).unwrap_or_else(|| Role::Auditor.as_str().to_owned());
    let days = |days: i64| (days.to_string(), locale.text_with("api-token-days", &[("count", days.into())]));
    let never = (String::new(), shell.t("api-token-never").into_owned());
    let scope = |action: Action| {
        let what = locale.text(&format!("may-{}", action.as_str().replace(':', "-")));
        (action.as_str().to_owned(), format!("{action} – {what}"))
    };
    let can_be_given = |role: &Role| !viewer.is_of_tenant() || !role.is_platform();
    let mut fields = vec![
        Field::new("name", "text", shell.t("name"))
            .value(&filled.name)
            .length_max(120)
            .hint(shell.t("api-token-name-hint")),
        Field::new("role", "select", shell.t("role"))
            .value(role)
            .choices(Role::ALL.into_iter().filter(can_be_given).map(|role| choice(locale, role))),
        Field::new("expires_in_days", "select", shell.t("api-token-expires"))
            .value(&filled.expires_in_days)
            .choices(DAYS.map(days).into_iter().chain([never])),
        Field::new("personal", "checkbox", shell.t("api-token-personal")).value(&filled.personal).optional(),
        Field::new("scopes", "checks", shell.t("api-token-scopes"))
            .value(filled.scopes.join(" "))
            .optional()
            .choices(person.role.actions().map(scope))
            .hint(shell.t("api-token-scopes-hint")),
    ];
    if !viewer.is_of_tenant() {
        let tenant = Field::new("tenant", "text", shell.t("tenant")).value(&filled.tenant).optional();
        fields.insert(2, tenant.hint(shell.t("api-token-tenant-hint")));
    }
    Ok(Ask::new(viewer, shell, "/api-tokens/new", PATH, "api-token-button").fields(fields))
}

pub(super) async fn show(viewer: Viewer, State(app): State<App>) -> Result<Response, Problem> {
    let filled = Filled { expires_in_days: "365".to_owned(), ..Filled::default() };
    Ok(form(&app, &viewer, &filled).await?.answer())
}

pub(super) async fn submit(
    viewer: Viewer,
    State(app): State<App>,
    Form(pairs): Form<Vec<(String, String)>>,
) -> Result<Response, Problem> {
    let filled = Filled::from(pairs);
    match create(&app, &viewer, &filled).await {
        Ok(issued) => {
            let title = viewer.look.locale.text("api-token-made").into_owned();
            let shell = Shell::of(&app, &viewer, title).await?;
            let lead = shell.t("api-token-made-lead");
            Ok(Reveal::new(shell, lead, vec![issued.secret], "token.csv", PATH).answer(&viewer))
        }
        Err(error) => form(&app, &viewer, &filled).await?.refused(error),
    }
}

async fn create(app: &App, viewer: &Viewer, filled: &Filled) -> Result<IssuedToken, PortalError> {
    let mut reading = Reading::default();
    let role = reading.read("role", &filled.role, "must be one of the roles").unwrap_or(Role::Auditor);
    let expires_in_days = reading.number("expires_in_days", &filled.expires_in_days);
    reading.finish()?;
    let person = &viewer.person;
    let tenant = app.portal.tenant_of_request(viewer.scope(), given(&filled.tenant).as_deref()).await?;
    let own = UserRef { id: person.user, name: person.name.clone() };
    let draft = ApiTokenDraft {
        scopes: (!filled.scopes.is_empty()).then(|| filled.scopes.clone()),
        expires_in_days,
        tenant,
        user: (filled.personal == "true").then_some(own),
        ..ApiTokenDraft::of_platform(filled.name.clone(), role)
    };
    app.portal.issue_api_token(&viewer.context(), draft, Some(&Rights::of(person.role))).await
}
