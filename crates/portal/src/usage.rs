//! Use cases of use: devices report it, both sides see it against the plan's quotas. Use over a quota is counted, not refused: it has
//! happened. What crosses a part of a quota is said by an event in the same transaction.

use std::collections::{BTreeMap, BTreeSet};

use daybook_model::{
    Actor, Month, TenantId, Timestamp,
    plan::UsageQuotas,
    quota::{ACTIVATIONS, NEAR, Use, percent},
    tenant::{Tenant, TenantStatus},
    usage::{UsageDraft, UsageReport, check_reports},
};
use daybook_store::{ProjectUse, Reads, UnitOfWork, UsageOf};
use serde::{Deserialize, Serialize};

use crate::{Context, DeviceIdentity, Noun, Portal, PortalError, Result, change::Done};

/// How a request with reports ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct UsageAnswer {
    /// How many reports were counted.
    pub accepted: usize,
    /// How many had been counted before, or stood twice in the request.
    pub repeated: usize,
}

/// What is used of one kind in a month.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KindUse {
    /// `activations`, or what devices report.
    pub kind: String,
    /// How much is used.
    pub used: i64,
    /// How much the month holds; no quota if none.
    pub quota: Option<i64>,
    /// How much of the quota is used, in whole percent, rounded down.
    pub percent: Option<i64>,
    /// The same by project.
    pub by_project: Vec<ProjectUse>,
}

/// What a tenant uses in a month, against what its plan allows now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TenantUse {
    /// The tenant as it is now.
    pub tenant: Tenant,
    /// The UTC month.
    pub month: Month,
    /// The present instant.
    pub now: Timestamp,
    /// Each kind that is used or has a quota, activations first.
    pub kinds: Vec<KindUse>,
}

impl Portal {
    /// Counts what a device reports, once each, before it is answered.
    pub async fn report_usage(
        &self,
        context: &Context,
        device: &DeviceIdentity,
        (drafts, is_list): (Vec<UsageDraft>, bool),
    ) -> Result<UsageAnswer> {
        let reports = &check_reports(drafts, is_list, self.store().now())?;
        let context = Context { actor: Actor::device(Some(device.device)), ..context.clone() };
        self.change(&context, |mut unit| async move {
            let tenant = unit.locks().tenant(device.tenant).await?;
            let works = |tenant: &Tenant| tenant.status == TenantStatus::Active;
            let tenant = tenant.filter(works).ok_or(PortalError::Unauthenticated)?;
            let of = UsageOf { tenant: tenant.id, device: device.device, project: device.project };
            let new = unit.count_usage(of, reports).await?;
            let answer = UsageAnswer { accepted: new.len(), repeated: reports.len() - new.len() };
            tell_usage(&mut unit, &tenant, &new).await?;
            Ok(Done::Commit(Box::new(unit), answer))
        })
        .await
    }

    /// What a tenant uses in a month; the present one if none is named.
    pub async fn usage(&self, tenant: TenantId, month: Option<Month>) -> Result<TenantUse> {
        let now = self.store().now();
        let month = month.unwrap_or_else(|| Month::of(now));
        let mut reads = self.store().snapshot().await?;
        let found = reads.tenant(tenant).await?;
        let tenant = found
            .filter(|tenant| tenant.status != TenantStatus::Deleted)
            .ok_or(PortalError::NotFound(Noun::Tenant))?;
        of_month(&mut reads, tenant, month, now).await
    }
}

/// What a tenant uses in a month, as one snapshot has it.
pub(crate) async fn of_month(
    reads: &mut Reads<'_>,
    tenant: Tenant,
    month: Month,
    now: Timestamp,
) -> Result<TenantUse> {
    let plan = reads.plan_of(&tenant).await?;
    let quotas = plan.map(|plan| plan.usage_quotas).unwrap_or_default();
    let uses = reads.usage_by_project(tenant.id, month).await?;
    let kinds = kinds(uses, tenant.plan_limits.activations, &quotas);
    Ok(TenantUse { tenant, month, now, kinds })
}

/// Records what the reports that were just counted have crossed. The tenant is locked, so nobody else crosses it meanwhile.
async fn tell_usage(unit: &mut UnitOfWork, tenant: &Tenant, new: &[&UsageReport]) -> Result<()> {
    let Some(plan) = unit.reads().plan_of(tenant).await? else { return Ok(()) };
    let limited = new.iter().filter(|report| plan.usage_quotas.contains_key(&report.kind));
    let touched: BTreeSet<(Month, &str)> =
        limited.map(|report| (report.month, report.kind.as_str())).collect();
    let (Some(&(first, _)), Some(&(last, _))) = (touched.first(), touched.last()) else { return Ok(()) };
    let used = unit.reads().usage(tenant.id, first, last).await?;
    let told = unit.reads().quotas_told(tenant.id, first, last).await?;
    for (month, kind) in touched {
        let key = (month, kind.to_owned());
        let (Some(&used), Some(&quota)) = (used.get(&key), plan.usage_quotas.get(kind)) else { continue };
        let told = told.get(&key).copied().unwrap_or_default();
        tell(unit, tenant, Use { kind, month, used, quota }, told).await?;
    }
    Ok(())
}

/// Records what an enrolment has crossed of the month's activations. The tenant is as it was locked, before the enrolment.
pub(crate) async fn tell_activation(unit: &mut UnitOfWork, tenant: &Tenant) -> Result<()> {
    let Some(quota) = tenant.plan_limits.activations else { return Ok(()) };
    let month = Month::of(unit.now()).max(tenant.enrolled.0);
    let used = tenant.activations(unit.now()) + 1;
    if percent(used, quota) < NEAR {
        return Ok(());
    }
    let told = unit.reads().quotas_told(tenant.id, month, month).await?;
    let told = told.get(&(month, ACTIVATIONS.to_owned())).copied().unwrap_or_default();
    tell(unit, tenant, Use { kind: ACTIVATIONS, month, used, quota }, told).await
}

async fn tell(unit: &mut UnitOfWork, tenant: &Tenant, what: Use<'_>, told: i64) -> Result<()> {
    let (near, reached) = what.crossed(&tenant.to_ref(), told);
    if let Some(event) = near {
        unit.record(event).await?;
    }
    if let Some(event) = reached {
        unit.record(event).await?;
    }
    Ok(())
}

/// Each kind with its projects: activations, and all that is used or has a quota.
fn kinds(rows: Vec<ProjectUse>, activations: Option<i64>, quotas: &UsageQuotas) -> Vec<KindUse> {
    let mut by_kind: BTreeMap<String, Vec<ProjectUse>> = BTreeMap::new();
    for one in rows {
        by_kind.entry(one.kind.clone()).or_default().push(one);
    }
    let view = |kind: String, quota: Option<i64>, by_project: Vec<ProjectUse>| {
        let used = by_project.iter().map(|one| one.quantity).sum();
        KindUse { kind, used, quota, percent: quota.map(|quota| percent(used, quota)), by_project }
    };
    let own = by_kind.remove(ACTIVATIONS).unwrap_or_default();
    let mut kinds = vec![view(ACTIVATIONS.to_owned(), activations, own)];
    for kind in quotas.keys() {
        by_kind.entry(kind.clone()).or_default();
    }
    kinds.extend(by_kind.into_iter().map(|(kind, of_kind)| {
        let quota = quotas.get(&kind).copied();
        view(kind, quota, of_kind)
    }));
    kinds
}
