//! Activation codes.

pub(crate) mod generate;
pub(crate) mod list;
pub(crate) mod revoke;

use daybook_model::code::Code;
use serde::Serialize;
use utoipa::ToSchema;

use crate::personal::plain;

/// An activation code, without the code: its last group is all that is shown.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CodeView {
    /// Never changes.
    #[schema(example = "cod_01k9zq7m3be5v8d0nq2t6y4s1a")]
    id: String,
    /// Its tenant's id.
    tenant_id: String,
    /// The id of the project it is bound to.
    project_id: Option<String>,
    /// Its last group.
    #[schema(example = "1HJ6N")]
    hint: String,
    /// What the operator calls it.
    label: Option<String>,
    /// `active`, `used`, `expired` or `revoked`.
    #[schema(example = "active")]
    status: String,
    /// How many devices it enrols.
    max_uses: i64,
    /// How many it has enrolled.
    use_count: i64,
    /// When its time is over.
    expires_at: Option<String>,
    /// RFC 3339, UTC.
    created_at: String,
    /// RFC 3339, UTC.
    revoked_at: Option<String>,
}

impl From<Code> for CodeView {
    fn from(code: Code) -> Self {
        Self {
            id: code.id.to_string(),
            tenant_id: code.tenant.to_string(),
            project_id: code.project.map(|id| id.to_string()),
            hint: code.hint,
            label: plain(code.label),
            status: code.status.to_string(),
            max_uses: code.max_uses,
            use_count: code.use_count,
            expires_at: code.expires_at.map(|at| at.to_string()),
            created_at: code.created_at.to_string(),
            revoked_at: code.revoked_at.map(|at| at.to_string()),
        }
    }
}
