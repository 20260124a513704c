//! `daybook token`: API tokens, the way in.

use anyhow::Result;
use daybook_model::{Role, api_token::ApiTokenDraft};
use daybook_portal::{Context, KeyRing, Portal, PortalConfig, PortalError};

use super::Outcome;
use crate::{
    database,
    output::Results,
    settings::{Settings, Usage},
};

/// Manage API tokens
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  daybook token create --name Ada --role owner")]
pub(crate) struct TokenCommand {
    #[command(subcommand)]
    action: TokenAction,
}

#[derive(Debug, clap::Subcommand)]
enum TokenAction {
    Create(CreateToken),
}

/// Create an API token and print it, alone, on stdout
///
/// It is shown this once. Works before the first `daybook serve` and beside a running one.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  daybook token create --name Ada --role owner
  TOKEN=$(daybook token create --name nightly-report --role auditor --expires-in-days 90)
  curl -H \"Authorization: Bearer $TOKEN\" http://127.0.0.1:8400/admin/api/dashboard-stats")]
struct CreateToken {
    /// What the token is called in lists and in the events it causes
    #[arg(long, value_name = "NAME")]
    name: String,
    /// What it may do: owner (everything), admin (runs the portal), auditor (reads)
    #[arg(long, value_name = "ROLE")]
    role: Role,
    /// Let it end by itself after so many days
    #[arg(long, value_name = "DAYS")]
    expires_in_days: Option<i64>,
}

impl TokenCommand {
    /// Does what was asked.
    pub(crate) async fn run(self, settings: &Settings) -> Result<Outcome> {
        match self.action {
            TokenAction::Create(create) => create.run(settings).await,
        }
    }
}

impl CreateToken {
    async fn run(self, settings: &Settings) -> Result<Outcome> {
        let store = database::open_or_create(settings).await?;
        // API tokens depend on none of the keys in the key file: any will do, and none is kept.
        let keys = KeyRing::generate(store.entropy());
        let portal = Portal::new(store, keys, PortalConfig::default());
        let draft = ApiTokenDraft { name: self.name, role: self.role, expires_in_days: self.expires_in_days };
        let issued = portal.issue_api_token(&Context::system(), draft).await;
        let drained = portal.store().drain().await;
        portal.store().close().await?;
        let issued = issued.map_err(in_flags)?;
        if let Err(error) = drained {
            tracing::warn!(%error, "the token is made; its event waits for a server to number it");
        }
        let mut results = Results::new();
        results.line(issued.secret)?;
        results.flush()?;
        Ok(Outcome::Done)
    }
}

/// Names the flags instead of the fields of a request.
fn in_flags(error: PortalError) -> anyhow::Error {
    match error {
        PortalError::Invalid(invalid) => {
            let flag = |pointer: &str| pointer.trim_start_matches('/').replace('_', "-");
            let wrong = invalid.0.iter().map(|field| format!("--{} {}", flag(&field.pointer), field.detail));
            Usage(wrong.collect::<Vec<_>>().join("; ")).into()
        }
        other => other.into(),
    }
}
