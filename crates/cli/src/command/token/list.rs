//! `daybook token list`.

use anyhow::Result;
use daybook_model::{Personal, Timestamp};
use daybook_portal::{ApiTokenListing, TenantScope};

use super::{Outcome, portal_without_keys};
use crate::{
    database,
    output::{Results, printable},
    settings::Settings,
};

/// How many are read at a time.
const PAGE: u32 = 200;

/// List API tokens, latest first
///
/// A line each: its id, role, state, when it was last used, its name, and what it is limited to. Secrets are never shown again.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  daybook token list")]
pub(super) struct ListTokens {}

impl ListTokens {
    pub(super) async fn run(self, settings: &Settings) -> Result<Outcome> {
        let portal = portal_without_keys(database::open_existing(settings).await?);
        let mut results = Results::new();
        let mut after = None;
        loop {
            let page = portal.api_tokens(TenantScope::All, after.as_ref(), PAGE).await?;
            for listing in &page.items {
                results.line(line(listing, portal.store().now()))?;
            }
            after = page.next;
            if after.is_none() || results.is_closed() {
                break;
            }
        }
        results.flush()?;
        portal.store().close().await?;
        Ok(Outcome::Done)
    }
}

fn line(listing: &ApiTokenListing, now: Timestamp) -> String {
    let token = &listing.token;
    let state = match (token.revoked_at, token.is_live(now)) {
        (Some(_), _) => "revoked",
        (None, true) => "active",
        (None, false) => "expired",
    };
    let used = listing.last_used_at.map_or_else(|| "never used".to_owned(), |at| format!("used {at}"));
    let name = token.name.as_ref().and_then(Personal::known);
    let name = printable(name.map_or("(erased)", String::as_str));
    let scopes = token.scopes.as_ref().map(|scopes| format!("  [{scopes}]")).unwrap_or_default();
    format!("{}  {:13} {state:8} {used:32} {name}{scopes}", token.id, token.role.as_str())
}
