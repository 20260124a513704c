//! Secrets beside the state: written in the transaction of the event they belong to, never in an event, never in an error.
//! Reading one back gives its hash; comparing is the portal's business and takes constant time.

pub(crate) mod config;
pub(crate) mod identity_provider;
pub(crate) mod person;

use daybook_model::{
    ApiTokenId, DeviceId, Event, TenantId, Timestamp,
    api_token::{ApiTokenCreated, ApiTokenSecret},
    code::{CodeGenerated, CodeSecret},
    device::{DeviceEnrolled, DeviceTokenKind, DeviceTokenRotated, DeviceTokens},
    event::NoSecret,
};
use uuid::Uuid;

use crate::{
    Reads, Result,
    engine::{Conn, Write, statements, vals},
    values::{digest, parse},
};

statements! {
    INSERT_CODE_SECRET = "INSERT INTO code_secrets (tenant_id, code_id, key_id, digest) VALUES ($1, $2, $3, $4)";
    END_DEVICE_TOKENS = "UPDATE device_tokens SET expires_at = $1 WHERE tenant_id = $2 AND device_id = $3 AND expires_at > $1";
    INSERT_DEVICE_TOKEN = "INSERT INTO device_tokens (tenant_id, device_id, id, kind, hash, expires_at)
        VALUES ($1, $2, $3, $4, $5, $6)";
    INSERT_API_TOKEN_SECRET = "INSERT INTO api_token_secrets (id, hash) VALUES ($1, $2)";
    DEVICE_TOKEN = "SELECT tenant_id, device_id, kind, hash, expires_at FROM device_tokens WHERE id = $1";
    API_TOKEN_HASH = "SELECT hash FROM api_token_secrets WHERE id = $1";
    CODE_KEY_IDS = "SELECT key_id FROM code_keys ORDER BY key_id LIMIT 100";
    FORGET_DEVICE_TOKENS = "DELETE FROM device_tokens WHERE expires_at < $1";
}

/// How the secret of an event is kept beside the rows that the event makes.
pub trait Keep<E> {
    /// The writes, in the event's transaction, after its own.
    #[doc(hidden)]
    fn writes(self, event: &E) -> Vec<Write>;
}

impl<E: Event> Keep<E> for NoSecret {
    fn writes(self, _: &E) -> Vec<Write> {
        vec![]
    }
}

impl Keep<CodeGenerated> for CodeSecret {
    fn writes(self, event: &CodeGenerated) -> Vec<Write> {
        let values = vals![event.tenant.id, event.code.id, self.key_id, self.digest];
        vec![Write::one(&INSERT_CODE_SECRET, values)]
    }
}

impl Keep<ApiTokenCreated> for ApiTokenSecret {
    fn writes(self, event: &ApiTokenCreated) -> Vec<Write> {
        vec![Write::one(&INSERT_API_TOKEN_SECRET, vals![event.api_token.id, self.0])]
    }
}

impl Keep<DeviceEnrolled> for DeviceTokens {
    fn writes(self, event: &DeviceEnrolled) -> Vec<Write> {
        replace_tokens(event.tenant.id, event.device.id, self)
    }
}

impl Keep<DeviceTokenRotated> for DeviceTokens {
    fn writes(self, event: &DeviceTokenRotated) -> Vec<Write> {
        replace_tokens(event.tenant.id, event.device.id, self)
    }
}

fn replace_tokens(tenant: TenantId, device: DeviceId, tokens: DeviceTokens) -> Vec<Write> {
    let mut writes = vec![Write::any(&END_DEVICE_TOKENS, vals![tokens.previous_end_at, tenant, device])];
    writes.extend(tokens.issued.into_iter().map(|(kind, id, hash, expires_at)| {
        Write::one(&INSERT_DEVICE_TOKEN, vals![tenant, device, id, kind.as_str(), hash, expires_at])
    }));
    writes
}

/// What is known of a device token: whose it is, its hash and when it ends.
#[derive(Clone)]
pub struct DeviceTokenRow {
    /// The device's tenant.
    pub tenant: TenantId,
    /// The device.
    pub device: DeviceId,
    /// Access or refresh.
    pub kind: DeviceTokenKind,
    /// SHA-256 of the secret.
    pub hash: [u8; 32],
    /// When it ends.
    pub expires_at: Timestamp,
}

impl Reads<'_> {
    /// The device token with this public id.
    pub async fn device_token(&mut self, id: Uuid) -> Result<Option<DeviceTokenRow>> {
        let read = |row: &crate::engine::Row<'_>| {
            Ok(DeviceTokenRow {
                tenant: row.get(0)?,
                device: row.get(1)?,
                kind: parse(row, 2)?,
                hash: digest(row, 3)?,
                expires_at: row.get(4)?,
            })
        };
        Ok(self.conn().opt(&DEVICE_TOKEN, vals![id], read).await?)
    }

    /// SHA-256 of the secret of the API token with this id.
    pub async fn api_token_hash(&mut self, id: ApiTokenId) -> Result<Option<[u8; 32]>> {
        Ok(self.conn().opt(&API_TOKEN_HASH, vals![id], |row| digest(row, 0)).await?)
    }

    /// The ids of the keys under which stored codes were hashed.
    pub async fn code_key_ids(&mut self) -> Result<Vec<String>> {
        Ok(self.conn().all(&CODE_KEY_IDS, vals![], |row| row.get(0)).await?)
    }
}

/// Forgets device tokens that ended before `before`; answers how many.
pub(crate) async fn forget_device_tokens(conn: &mut Conn<'_>, before: Timestamp) -> Result<u64> {
    Ok(conn.exec(&FORGET_DEVICE_TOKENS, vals![before]).await?)
}
