//! `/plans/new` and `/plans/{name}/edit`: what a plan allows. An empty line is no limit.

use std::collections::btree_map::Entry;

use axum::{
    Form,
    extract::{Path, State},
    response::Response,
};
use daybook_model::plan::{Plan, PlanDraft, PlanEdit, PlanLimits, UsageQuotas};
use serde::Deserialize;

use super::{
    ask::{Ask, after},
    form::{Field, Reading, given, version},
    guard::Viewer,
    shell::Shell,
};
use crate::{App, problem::Problem};

const USAGE_QUOTAS: &str = "usage_quotas";

/// What the forms send.
#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Filled {
    name: String,
    title: String,
    device_limit: String,
    project_limit: String,
    monthly_activation_quota: String,
    usage_quotas: String,
    version: String,
}

impl From<Plan> for Filled {
    fn from(plan: Plan) -> Self {
        let text = |limit: Option<i64>| limit.map(|limit| limit.to_string()).unwrap_or_default();
        let quotas = plan.usage_quotas.iter().map(|(kind, quota)| format!("{kind} = {quota}\n"));
        Self {
            name: plan.name,
            title: plan.title,
            device_limit: text(plan.limits.devices),
            project_limit: text(plan.limits.projects),
            monthly_activation_quota: text(plan.limits.activations),
            usage_quotas: quotas.collect(),
            version: plan.version.to_string(),
        }
    }
}

impl Filled {
    /// The lines `kind = number`.
    fn quotas(&self, reading: &mut Reading) -> UsageQuotas {
        let mut quotas = UsageQuotas::new();
        for line in self.usage_quotas.lines().map(str::trim).filter(|line| !line.is_empty()) {
            let read = line.split_once('=').map(|(kind, number)| (kind.trim(), number.trim().parse()));
            let Some((kind, Ok(number))) = read else {
                let detail = format!("“{line}” must be a kind, = and a whole number.");
                reading.wrong(USAGE_QUOTAS, "NOT_A_QUOTA", detail);
                continue;
            };
            match quotas.entry(kind.to_owned()) {
                Entry::Vacant(entry) => {
                    entry.insert(number);
                }
                Entry::Occupied(_) => {
                    reading.wrong(USAGE_QUOTAS, "TWICE", format!("“{kind}” must stand on one line."));
                }
            }
        }
        quotas
    }

    fn draft(&self, reading: &mut Reading) -> PlanDraft {
        PlanDraft {
            name: self.name.trim().to_owned(),
            title: given(&self.title),
            limits: PlanLimits {
                devices: reading.number("device_limit", &self.device_limit),
                projects: reading.number("project_limit", &self.project_limit),
                activations: reading.number("monthly_activation_quota", &self.monthly_activation_quota),
            },
            usage_quotas: self.quotas(reading),
        }
    }

    fn edit(&self, reading: &mut Reading) -> PlanEdit {
        PlanEdit {
            title: Some(self.title.clone()),
            device_limit: reading.edit_number("device_limit", &self.device_limit),
            project_limit: reading.edit_number("project_limit", &self.project_limit),
            monthly_activation_quota: reading
                .edit_number("monthly_activation_quota", &self.monthly_activation_quota),
            usage_quotas: Some(self.quotas(reading)),
        }
    }

    /// What both forms ask for.
    fn limits(&self, shell: &Shell) -> Vec<Field> {
        let line = |name, kind, label: &str, value: &str| {
            Field::new(name, kind, shell.t(label)).value(value).optional()
        };
        vec![
            line("device_limit", "number", "device-limit", &self.device_limit).hint(shell.t("limit-hint")),
            line("project_limit", "number", "project-limit", &self.project_limit),
            line("monthly_activation_quota", "number", "activation-quota", &self.monthly_activation_quota),
            line(USAGE_QUOTAS, "textarea", "usage-quotas", &self.usage_quotas)
                .hint(shell.t("usage-quotas-hint")),
        ]
    }
}

async fn draft_form(app: &App, viewer: &Viewer, filled: &Filled) -> Result<Ask, Problem> {
    let shell = Shell::of(app, viewer, viewer.look.locale.text("plan-new").into_owned()).await?;
    let name = Field::new("name", "text", shell.t("slug")).value(&filled.name).length_max(40);
    let title = Field::new("title", "text", shell.t("name")).value(&filled.title).length_max(120);
    let title = title.optional().hint(shell.t("plan-title-hint"));
    let mut fields = vec![name.hint(shell.t("plan-name-hint")), title];
    fields.extend(filled.limits(&shell));
    Ok(Ask::new(viewer, shell, "/plans/new", "/plans", "plan-create").fields(fields))
}

pub(super) async fn ask_new(viewer: Viewer, State(app): State<App>) -> Result<Response, Problem> {
    Ok(draft_form(&app, &viewer, &Filled::default()).await?.answer())
}

pub(super) async fn create(
    viewer: Viewer,
    State(app): State<App>,
    Form(filled): Form<Filled>,
) -> Result<Response, Problem> {
    let mut reading = Reading::default();
    let draft = filled.draft(&mut reading);
    let outcome = match reading.finish() {
        Ok(()) => app.portal.create_plan(&viewer.context(), draft).await,
        Err(error) => Err(error),
    };
    let again = draft_form(&app, &viewer, &filled).await?;
    after(&viewer, outcome, |_| "/plans".to_owned(), || again)
}

async fn edit_form(app: &App, viewer: &Viewer, plan: &Plan, filled: &Filled) -> Result<Ask, Problem> {
    let title = viewer.look.locale.text_with("plan-edit-title", &[("name", plan.title.as_str().into())]);
    let shell = Shell::of(app, viewer, title).await?;
    let title = Field::new("title", "text", shell.t("name")).value(&filled.title).length_max(120);
    let mut fields = vec![title];
    fields.extend(filled.limits(&shell));
    let lead = shell.t("plan-edit-lead");
    Ok(Ask::new(viewer, shell, format!("/plans/{}/edit", plan.name), "/plans", "save")
        .lead(lead)
        .hidden("version", &filled.version)
        .fields(fields))
}

pub(super) async fn ask_edit(
    viewer: Viewer,
    State(app): State<App>,
    Path(name): Path<String>,
) -> Result<Response, Problem> {
    let plan = app.portal.plan(&name).await?;
    Ok(edit_form(&app, &viewer, &plan, &Filled::from(plan.clone())).await?.answer())
}

pub(super) async fn update(
    viewer: Viewer,
    State(app): State<App>,
    Path(name): Path<String>,
    Form(filled): Form<Filled>,
) -> Result<Response, Problem> {
    let plan = app.portal.plan(&name).await?;
    let mut reading = Reading::default();
    let edit = filled.edit(&mut reading);
    let outcome = match reading.finish() {
        Ok(()) => {
            app.portal.update_plan(&viewer.context(), &name, edit, Some(version(&filled.version))).await
        }
        Err(error) => Err(error),
    };
    let again = edit_form(&app, &viewer, &plan, &filled).await?;
    after(&viewer, outcome, |_| "/plans".to_owned(), || again)
}
