//! `/codes/new`: codes are generated, and shown this once.

use axum::{
    Form,
    extract::{Query, State},
    response::Response,
};
use daybook_model::{ProjectId, code::CodeDraft};
use daybook_portal::{CodeRequest, GeneratedCodes, PortalError};
use serde::Deserialize;

use super::{
    ask::Ask,
    form::{Field, Reading, given},
    guard::Viewer,
    owner::{project_field, tenant_field},
    reveal::Reveal,
    shell::Shell,
};
use crate::{App, problem::Problem};

/// What the form sends; tenant and project may stand in its address.
#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Filled {
    tenant: String,
    project: String,
    count: String,
    max_uses: String,
    expires_at: String,
    label: String,
}

async fn form(app: &App, viewer: &Viewer, filled: &Filled) -> Result<Ask, Problem> {
    let locale = viewer.look.locale;
    let shell = Shell::of(app, viewer, locale.text("codes-generate").into_owned()).await?;
    let or_one = |text: &str| if text.is_empty() { "1".to_owned() } else { text.to_owned() };
    let mut fields = Vec::from_iter(tenant_field(app, viewer, &filled.tenant).await?);
    fields.extend([
        project_field(app, viewer, &filled.tenant, &filled.project).await?,
        Field::new("count", "number", shell.t("codes-count")).value(or_one(&filled.count)),
        Field::new("max_uses", "number", shell.t("codes-uses")).value(or_one(&filled.max_uses)),
        Field::new("expires_at", "date", shell.t("expires"))
            .value(&filled.expires_at)
            .optional()
            .hint(shell.t("codes-expires-hint")),
        Field::new("label", "text", shell.t("label"))
            .value(&filled.label)
            .length_max(120)
            .optional()
            .hint(shell.t("codes-label-hint")),
    ]);
    Ok(Ask::new(viewer, shell, "/codes/new", "/codes", "codes-generate").fields(fields))
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
    let generated = match request(&filled) {
        Ok(request) => app.portal.generate_codes(&viewer.context(), viewer.scope(), request).await,
        Err(error) => Err(error),
    };
    match generated {
        Ok(generated) => reveal(&app, &viewer, &filled, generated).await,
        Err(error) => form(&app, &viewer, &filled).await?.refused(error),
    }
}

fn request(filled: &Filled) -> Result<CodeRequest, PortalError> {
    let mut reading = Reading::default();
    let project: Option<ProjectId> = reading.read("project", &filled.project, "must be the id of a project");
    let draft = CodeDraft {
        count: reading.number("count", &filled.count),
        max_uses: reading.number("max_uses", &filled.max_uses),
        expires_in_days: None,
        expires_at: reading.day("expires_at", &filled.expires_at),
        label: given(&filled.label),
    };
    reading.finish()?;
    Ok(CodeRequest { tenant: given(&filled.tenant), project, draft })
}

async fn reveal(
    app: &App,
    viewer: &Viewer,
    filled: &Filled,
    generated: GeneratedCodes,
) -> Result<Response, Problem> {
    let locale = viewer.look.locale;
    let title = locale.text_with("codes-reveal", &[("count", generated.items.len().into())]);
    let shell = Shell::of(app, viewer, title).await?;
    let secrets = generated.items.into_iter().map(|code| code.code).collect();
    // A form that is sent by GET leaves out what its address asks for, so the list is not narrowed here.
    let done = given(&filled.project).map_or_else(|| "/codes".to_owned(), |id| format!("/projects/{id}"));
    let lead = locale.text("codes-reveal-lead");
    Ok(Reveal::new(shell, lead, secrets, "activation-codes.csv", done).answer(viewer))
}
