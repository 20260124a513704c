//! Questions about the ways in which users prove who they are.

use daybook_model::{FactorId, TenantId, UserId, factor::Factor};

use super::Reads;
use crate::{
    Result,
    engine::{Row, statements, vals},
    secret::person::{key_of, tenant_of},
    values::{parse, personal},
};

macro_rules! columns {
    () => {
        "f.id, f.kind, f.label, f.created_at, s.sealed, s.last_step, f.tenant_id, f.user_id FROM user_factors f
        JOIN user_factor_secrets s ON s.tenant_id = f.tenant_id AND s.user_id = f.user_id AND s.factor_id = f.id"
    };
}

statements! {
    FACTORS_OF_USER = concat!("SELECT ", columns!(), " WHERE f.tenant_id = $1 AND f.user_id = $2 AND f.removed_at IS NULL
        ORDER BY f.id");
    FACTOR_BY_LOOKUP = concat!("SELECT ", columns!(), " WHERE s.tenant_id = $1 AND s.lookup = $2 AND f.removed_at IS NULL");
}

/// A factor and what proofs are checked with.
#[derive(Clone)]
pub struct FactorRow {
    /// The factor.
    pub factor: Factor,
    /// Whose tenant; none for people of the platform.
    pub tenant: Option<TenantId>,
    /// Whose.
    pub user: UserId,
    /// What proofs are checked with, sealed.
    pub sealed: Vec<u8>,
    /// The last time step of a one-time code that was taken.
    pub last_step: Option<i64>,
}

fn factor(row: &Row<'_>) -> crate::engine::Result<FactorRow> {
    Ok(FactorRow {
        factor: Factor {
            id: row.get::<FactorId>(0)?,
            kind: parse(row, 1)?,
            label: personal(row, 2)?,
            created_at: row.get(3)?,
        },
        sealed: row.get(4)?,
        last_step: row.get(5)?,
        tenant: tenant_of(row, 6)?,
        user: row.get(7)?,
    })
}

impl Reads<'_> {
    /// A user's factors, oldest first.
    pub async fn factors_of(&mut self, tenant: Option<TenantId>, user: UserId) -> Result<Vec<FactorRow>> {
        Ok(self.conn().all(&FACTORS_OF_USER, vals![key_of(tenant), user], factor).await?)
    }

    /// The factor of this side's people that is found by these bytes: a credential id, or the digest of a foreign name.
    pub async fn factor_by_lookup(
        &mut self,
        tenant: Option<TenantId>,
        lookup: &[u8],
    ) -> Result<Option<FactorRow>> {
        Ok(self.conn().opt(&FACTOR_BY_LOOKUP, vals![key_of(tenant), lookup.to_vec()], factor).await?)
    }
}
