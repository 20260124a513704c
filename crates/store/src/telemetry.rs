//! Device heartbeats and the last use of API tokens, written in batches, and when something was last asked with a session: outside the
//! log. If one of them ever changes a right, that is an event, not telemetry: a session that was idle for too long ends by
//! `SESSION_EXPIRED`.

use daybook_model::{ApiTokenId, DeviceId, SessionId, TenantId, Timestamp};

use crate::{
    Result, Store,
    engine::{Write, statements, vals},
};

statements! {
    SAW_DEVICE = "INSERT INTO device_telemetry (tenant_id, device_id, last_seen_at, app_version) VALUES ($1, $2, $3, $4)
        ON CONFLICT (tenant_id, device_id) DO UPDATE SET last_seen_at = excluded.last_seen_at,
        app_version = COALESCE(excluded.app_version, device_telemetry.app_version)
        WHERE device_telemetry.last_seen_at < excluded.last_seen_at";
    SAW_SESSION = "UPDATE session_telemetry SET last_seen_at = $1 WHERE tenant_id = $2 AND session_id = $3 AND last_seen_at < $1";
    USED_API_TOKEN = "INSERT INTO api_token_telemetry (token_id, last_used_at) VALUES ($1, $2)
        ON CONFLICT (token_id) DO UPDATE SET last_used_at = excluded.last_used_at
        WHERE api_token_telemetry.last_used_at < excluded.last_used_at";
}

/// A heartbeat.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    /// The device's tenant.
    pub tenant: TenantId,
    /// The device.
    pub device: DeviceId,
    /// When it was heard.
    pub at: Timestamp,
    /// What it says it runs.
    pub app_version: Option<String>,
}

/// A use of an API token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Used {
    /// The token.
    pub token: ApiTokenId,
    /// When it opened something.
    pub at: Timestamp,
}

impl Store {
    /// Notes that something was asked with a session. Written at once, so that every node knows it; the caller asks once a minute.
    pub async fn saw_session(
        &self,
        tenant: Option<TenantId>,
        session: SessionId,
        at: Timestamp,
    ) -> Result<()> {
        let tenant = tenant.map(TenantId::uuid).unwrap_or_default();
        let write = Write::any(&SAW_SESSION, vals![at, tenant, session]);
        Ok(self.db().begin().await?.commit_with(vec![write]).await?)
    }

    /// Writes a batch of uses in one transaction; an older one never replaces a newer one.
    pub async fn used_api_tokens(&self, batch: &[Used]) -> Result<()> {
        let write = |used: &Used| Write::any(&USED_API_TOKEN, vals![used.token, used.at]);
        // In one order on every node, as below.
        let mut batch: Vec<&Used> = batch.iter().collect();
        batch.sort_by_key(|used| used.token);
        Ok(self.db().begin().await?.commit_with(batch.into_iter().map(write).collect()).await?)
    }

    /// Writes a batch of heartbeats in one transaction; an older one never replaces a newer one.
    pub async fn saw_devices(&self, batch: &[Seen]) -> Result<()> {
        let write = |seen: &Seen| {
            Write::any(&SAW_DEVICE, vals![seen.tenant, seen.device, seen.at, seen.app_version.as_deref()])
        };
        // Every node locks the rows in the same order, so that no two batches wait for each other.
        let mut batch: Vec<&Seen> = batch.iter().collect();
        batch.sort_by_key(|seen| (seen.tenant, seen.device));
        Ok(self.db().begin().await?.commit_with(batch.into_iter().map(write).collect()).await?)
    }
}
