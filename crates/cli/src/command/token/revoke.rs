//! `daybook token revoke`.

use anyhow::Result;
use daybook_model::ApiTokenId;
use daybook_portal::{Context, TenantScope};

use super::{Outcome, close, portal_without_keys};
use crate::{database, output::Results, settings::Settings};

/// Revoke an API token: it opens nothing from now on
///
/// Revoking one that is revoked changes nothing. Works beside a running server.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  daybook token revoke tok_01k9zq7m3be5v8d0nq2t6y4s1a")]
pub(super) struct RevokeToken {
    /// Its id, as `daybook token list` names it
    #[arg(value_name = "ID")]
    id: ApiTokenId,
}

impl RevokeToken {
    pub(super) async fn run(self, settings: &Settings) -> Result<Outcome> {
        let portal = portal_without_keys(database::open_existing(settings).await?);
        let revoked = portal.revoke_api_token(&Context::system(), TenantScope::All, self.id).await;
        close(&portal).await?;
        revoked?;
        let mut results = Results::new();
        results.line(format_args!("{}  revoked", self.id))?;
        results.flush()?;
        Ok(Outcome::Done)
    }
}
