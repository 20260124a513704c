//! What an activation is decided on. The code is named by the digest of the whole code, so its tenant is part of the answer.

use daybook_model::{code::Code, tenant::Tenant};

use super::{
    Locks,
    code::{code, code_columns},
    project::owner,
    tenant::tenant_at,
};
use crate::{
    Result,
    engine::{Row, statements, vals},
};

statements! {
    LOCK_CODE_WITH_TENANT = concat!("SELECT ", code_columns!(), ", ", owner!(), " FROM code_secrets s
        JOIN activation_codes c ON c.tenant_id = s.tenant_id AND c.id = s.code_id
        JOIN tenants t ON t.id = s.tenant_id WHERE s.digest = $1"), lock "FOR NO KEY UPDATE OF t, c";
}

impl Locks<'_> {
    /// The code with this digest and its tenant, both locked.
    pub async fn code_with_tenant(&mut self, digest: [u8; 32]) -> Result<Option<(Code, Tenant)>> {
        let read = |row: &Row<'_>| Ok((code(row)?, tenant_at(row, 11)?));
        Ok(self.conn().opt(&LOCK_CODE_WITH_TENANT, vals![digest], read).await?)
    }
}
