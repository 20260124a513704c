//! `daybook token`: API tokens, the way in. They are made, listed and revoked in the database itself: no server has to run.

mod create;
mod list;
mod revoke;

use anyhow::Result;
use daybook_portal::{KeyRing, Portal, PortalConfig};
use daybook_store::Store;

use super::Outcome;
use crate::settings::Settings;

/// Manage API tokens
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  daybook token create --name Ada --role owner
  daybook token list
  daybook token revoke tok_01k9zq7m3be5v8d0nq2t6y4s1a")]
pub(crate) struct TokenCommand {
    #[command(subcommand)]
    action: TokenAction,
}

#[derive(Debug, clap::Subcommand)]
enum TokenAction {
    Create(create::CreateToken),
    List(list::ListTokens),
    Revoke(revoke::RevokeToken),
}

impl TokenCommand {
    /// Does what was asked.
    pub(crate) async fn run(self, settings: &Settings) -> Result<Outcome> {
        match self.action {
            TokenAction::Create(create) => create.run(settings).await,
            TokenAction::List(list) => list.run(settings).await,
            TokenAction::Revoke(revoke) => revoke.run(settings).await,
        }
    }
}

/// API tokens depend on none of the keys in the key file: any will do, and none is kept.
fn portal_without_keys(store: Store) -> Portal {
    let keys = KeyRing::generate(store.entropy());
    Portal::new(store, keys, PortalConfig::default())
}

/// Ends a use of the portal that may have recorded an event.
async fn close(portal: &Portal) -> Result<()> {
    let drained = portal.store().drain().await;
    portal.store().close().await?;
    if let Err(error) = drained {
        tracing::warn!(%error, "it is done; its event waits for a server to number it");
    }
    Ok(())
}
