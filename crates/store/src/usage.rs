//! What devices report of their use: telemetry outside the log, counted in the transaction that also records what follows from it. Each
//! report is known by the hash of the device's own name for it, so that the same one is counted once. It changes no right.

use std::collections::{BTreeMap, BTreeSet};

use daybook_model::{
    DeviceId, Month, ProjectId, TenantId, Timestamp,
    usage::{KNOWN_DAYS, UsageReport},
};
use sha2::{Digest, Sha256};

use crate::{
    Result, UnitOfWork,
    engine::{Engine, Write, statements, vals},
};

statements! {
    KNOW_REPORTS_SQLITE = "INSERT INTO usage_reports (tenant_id, device_id, received_at, id)
        SELECT $1, $2, $3, unhex(r.value) FROM json_each($4) AS r WHERE true ON CONFLICT DO NOTHING RETURNING id", only Engine::Sqlite;
    KNOW_REPORTS_POSTGRES = "INSERT INTO usage_reports (tenant_id, device_id, received_at, id)
        SELECT $1::uuid, $2::uuid, $3::timestamptz, r.id FROM unnest($4::bytea[]) AS r (id) ON CONFLICT DO NOTHING RETURNING id",
        only Engine::Postgres;
    ADD_USAGE = "INSERT INTO usage_months (tenant_id, month, kind, project_id, quantity) VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT (tenant_id, month, kind, project_id) DO UPDATE SET quantity = usage_months.quantity + excluded.quantity";
    FORGET_REPORTS = "DELETE FROM usage_reports WHERE received_at <= $1";
}

/// Whose use is reported.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UsageOf {
    /// The device's tenant, which is locked.
    pub tenant: TenantId,
    /// The device.
    pub device: DeviceId,
    /// The device's project.
    pub project: Option<ProjectId>,
}

impl UnitOfWork {
    /// Counts the reports that were not counted before; answers which they are.
    pub async fn count_usage<'a>(
        &mut self,
        of: UsageOf,
        reports: &'a [UsageReport],
    ) -> Result<Vec<&'a UsageReport>> {
        // Of the same name twice in a request, the first is the report.
        let mut by_digest: BTreeMap<[u8; 32], &UsageReport> = BTreeMap::new();
        for report in reports {
            by_digest.entry(Sha256::digest(report.id.as_bytes()).into()).or_insert(report);
        }
        let sql = match self.engine() {
            Engine::Sqlite => &KNOW_REPORTS_SQLITE,
            Engine::Postgres => &KNOW_REPORTS_POSTGRES,
        };
        let digests: Vec<Vec<u8>> = by_digest.keys().map(|digest| digest.to_vec()).collect();
        let values = vals![of.tenant, of.device, self.now(), digests];
        let new = self.telemetry().conn().all(sql, values, |row| row.get::<[u8; 32]>(0)).await?;
        let new: BTreeSet<[u8; 32]> = new.into_iter().collect();
        by_digest.retain(|digest, _| new.contains(digest));
        let mut sums: BTreeMap<(Month, &str), i64> = BTreeMap::new();
        for report in by_digest.values() {
            *sums.entry((report.month, &report.kind)).or_default() += report.quantity;
        }
        let project = of.project.map(ProjectId::uuid).unwrap_or_default();
        let add = |((month, kind), quantity)| {
            Write::one(&ADD_USAGE, vals![of.tenant, Month::number(month), kind, project, quantity])
        };
        self.telemetry().run(sums.into_iter().map(add).collect()).await?;
        Ok(by_digest.into_values().collect())
    }
}

/// The write that forgets reports which are too old to be sent again.
pub(crate) fn forget(now: Timestamp) -> Write {
    Write::any(&FORGET_REPORTS, vals![now.plus_days(-KNOWN_DAYS)])
}
