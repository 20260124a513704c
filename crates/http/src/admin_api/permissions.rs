//! `GET /admin/api/permissions`.

use axum::Json;
use daybook_model::{Role, permission};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{caller::AnyAdminCaller, problem::Problem};

/// Who may do what.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PermissionTable {
    /// Every role.
    #[schema(example = json!(["auditor", "admin", "owner", "tenant_admin", "tenant_member"]))]
    roles: Vec<&'static str>,
    /// Every action.
    permissions: Vec<PermissionView>,
    /// What the caller may do.
    #[schema(example = json!(["log:read"]))]
    yours: Vec<&'static str>,
}

/// An action with the roles that may do it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PermissionView {
    /// As operations ask for it and scopes name it.
    #[schema(example = "tenants:write")]
    action: &'static str,
    /// The same in words.
    #[schema(example = "Create, edit, suspend, resume and delete tenants")]
    what: &'static str,
    /// Those of tenants act within their own tenant only.
    #[schema(example = json!(["owner", "admin"]))]
    roles: Vec<&'static str>,
}

/// List permissions
///
/// Every action with the roles that may do it, and what the caller may do: its role's actions, limited to its scopes.
#[utoipa::path(get, path = "/permissions", tag = "access", security(("api_token" = [])), responses((status = 200, body = PermissionTable)))]
pub(crate) async fn list_permissions(caller: AnyAdminCaller) -> Result<Json<PermissionTable>, Problem> {
    let view = |line: &permission::Permission| PermissionView {
        action: line.action.as_str(),
        what: line.what,
        roles: line.roles.iter().map(|role| role.as_str()).collect(),
    };
    Ok(Json(PermissionTable {
        roles: Role::ALL.map(Role::as_str).to_vec(),
        permissions: permission::PERMISSIONS.iter().map(view).collect(),
        yours: caller.rights().actions().map(daybook_model::Action::as_str).collect(),
    }))
}
