//! `daybook token create`.

use anyhow::Result;
use daybook_model::{Role, api_token::ApiTokenDraft};
use daybook_portal::{Context, PortalError};

use super::{Outcome, close, portal_without_keys};
use crate::{
    database,
    output::Results,
    settings::{Settings, Usage},
};

/// Create an API token and print it, alone, on stdout
///
/// It is shown this once. Works before the first `daybook serve` and beside a running one.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  daybook token create --name Ada --role owner
  daybook token create --name provisioning --role admin --scope codes:write --scope tenants:read
  TOKEN=$(daybook token create --name nightly-report --role auditor --expires-in-days 90)
  curl -H \"Authorization: Bearer $TOKEN\" http://127.0.0.1:8400/admin/api/dashboard-stats")]
pub(super) struct CreateToken {
    /// What the token is called in lists and in the events it causes
    #[arg(long, value_name = "NAME")]
    name: String,
    /// Whose rights it has: owner (everything), admin (runs the portal), auditor (reads)
    #[arg(long, value_name = "ROLE", value_parser = platform_role)]
    role: Role,
    /// Limit it to this action of its role, such as log:read; can be given several times
    #[arg(long = "scope", value_name = "ACTION")]
    scopes: Vec<String>,
    /// Let it end by itself after so many days
    #[arg(long, value_name = "DAYS")]
    expires_in_days: Option<i64>,
}

impl CreateToken {
    pub(super) async fn run(self, settings: &Settings) -> Result<Outcome> {
        let portal = portal_without_keys(database::open_or_create(settings).await?);
        let draft = ApiTokenDraft {
            scopes: (!self.scopes.is_empty()).then_some(self.scopes),
            expires_in_days: self.expires_in_days,
            ..ApiTokenDraft::of_platform(self.name, self.role)
        };
        // Whoever can write to the database may do everything: there is no ceiling.
        let issued = portal.issue_api_token(&Context::system(), draft, None).await;
        close(&portal).await?;
        let issued = issued.map_err(in_flags)?;
        let mut results = Results::new();
        results.line(issued.secret)?;
        results.flush()?;
        Ok(Outcome::Done)
    }
}

/// A role of the platform: tokens of tenants are made by their tenant.
fn platform_role(text: &str) -> Result<Role, &'static str> {
    let known = Role::PLATFORM.into_iter().find(|role| role.as_str() == text);
    known.ok_or("expected owner, admin or auditor")
}

/// Names the flags instead of the fields of a request.
fn in_flags(error: PortalError) -> anyhow::Error {
    match error {
        PortalError::Invalid(invalid) => {
            let wrong = invalid.0.iter().map(|field| format!("--{} {}", flag(&field.pointer), field.detail));
            Usage(wrong.collect::<Vec<_>>().join("; ")).into()
        }
        other => other.into(),
    }
}

/// The flag that a field came from; an item of the list of scopes is one `--scope`.
fn flag(pointer: &str) -> String {
    let field = pointer.trim_start_matches('/');
    if field.starts_with("scopes") { "scope".to_owned() } else { field.replace('_', "-") }
}
