//! What a tenant uses in a month, as both sides see it.

use daybook_model::Month;
use daybook_portal::{KindUse, ProjectUse, TenantUse};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::{body::parse_optional, limits::LimitsView, problem::Problem};

/// Which month.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct MonthParams {
    /// A UTC month `YYYY-MM`; the present one if absent.
    month: Option<String>,
}

impl MonthParams {
    pub(crate) fn month(&self) -> Result<Option<Month>, Problem> {
        parse_optional("?month", self.month.as_deref())
    }
}

/// What a project uses of a kind.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ProjectUseView {
    /// The project's id; null for devices that belong to no project.
    project_id: Option<String>,
    /// Its name.
    name: Option<String>,
    /// How much.
    used: i64,
}

/// What is used of one kind.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct KindUseView {
    /// `activations`, or what devices report.
    #[schema(example = "api-calls")]
    kind: String,
    /// How much is used.
    used: i64,
    /// How much the month holds by the tenant's present plan; null if it has no quota.
    quota: Option<i64>,
    /// How much of the quota is used, in whole percent, rounded down; more than 100 if it is exceeded.
    percent: Option<i64>,
    /// The same by project.
    by_project: Vec<ProjectUseView>,
}

/// What a tenant uses in a month.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct UsageView {
    /// The UTC month.
    #[schema(example = "2026-11")]
    month: String,
    /// The tenant's plan.
    #[schema(example = "plus")]
    plan: String,
    /// The state of its subscription.
    #[schema(example = "active")]
    subscription: String,
    /// When its trial ends. RFC 3339, UTC.
    trial_ends_at: Option<String>,
    /// What it may have, now.
    limits: LimitsView,
    /// Activations first, then what devices report, by name.
    kinds: Vec<KindUseView>,
}

impl From<TenantUse> for UsageView {
    fn from(usage: TenantUse) -> Self {
        let TenantUse { tenant, month, now, kinds } = usage;
        Self {
            month: month.to_string(),
            limits: LimitsView::new(&tenant, now),
            plan: tenant.plan,
            subscription: tenant.subscription.to_string(),
            trial_ends_at: tenant.trial_ends_at.map(|at| at.to_string()),
            kinds: kinds.into_iter().map(kind_view).collect(),
        }
    }
}

fn kind_view(of: KindUse) -> KindUseView {
    let KindUse { kind, used, quota, percent, by_project } = of;
    KindUseView { kind, used, quota, percent, by_project: by_project.into_iter().map(project_view).collect() }
}

fn project_view(of: ProjectUse) -> ProjectUseView {
    let (id, name) = of.project.unzip();
    ProjectUseView { project_id: id.map(|id| id.to_string()), name, used: of.quantity }
}
