//! `daybook user list`.

use anyhow::Result;
use daybook_model::Personal;
use daybook_portal::{TenantScope, UserFilter, UserListing};

use super::{Outcome, open};
use crate::{
    output::{Results, printable},
    settings::Settings,
};

/// How many are read at a time.
const PAGE: u32 = 200;

/// List users, latest first
///
/// A line each: id, role, state, tenant, e-mail address and name. Removed users are not listed.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  daybook user list")]
pub(super) struct ListUsers {}

impl ListUsers {
    pub(super) async fn run(self, settings: &Settings) -> Result<Outcome> {
        let portal = open(settings, None).await?;
        let mut results = Results::new();
        let mut after = None;
        loop {
            let page = portal.users(TenantScope::All, &UserFilter::default(), after.as_ref(), PAGE).await?;
            for listing in &page.items {
                results.line(line(listing))?;
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

fn line(listing: &UserListing) -> String {
    let user = &listing.user;
    let shown = |value: &Option<Personal>| {
        printable(value.as_ref().and_then(Personal::known).map_or("", String::as_str))
    };
    let (role, status) = (user.role.as_str(), user.status.as_str());
    let tenant = listing.tenant_slug.as_deref().unwrap_or("-");
    format!("{}  {role:13} {status:8} {tenant:20} {}  {}", user.id, shown(&user.email), shown(&user.name))
}
