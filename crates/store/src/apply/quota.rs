//! Events of monthly quotas → rows: what was said once is not said again.

use daybook_model::{
    Month, TenantId,
    quota::{NEAR, QuotaNear, QuotaReached, REACHED},
};

use crate::engine::{Write, statements, vals};

statements! {
    INSERT_NOTICE = "INSERT INTO quota_notices (tenant_id, month, kind, percent) VALUES ($1, $2, $3, $4)";
}

fn told(tenant: TenantId, month: Month, kind: &str, percent: i64) -> Vec<Write> {
    vec![Write::one(&INSERT_NOTICE, vals![tenant, month.number(), kind, percent])]
}

pub(super) fn near(event: &QuotaNear) -> Vec<Write> {
    told(event.tenant.id, event.month, &event.kind, NEAR)
}

pub(super) fn reached(event: &QuotaReached) -> Vec<Write> {
    told(event.tenant.id, event.month, &event.kind, REACHED)
}
