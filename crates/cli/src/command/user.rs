//! `daybook user`: people, from the machine that the portal runs on: the way back in for an owner who lost theirs. Done in the database
//! itself: no server has to run.

mod invite;
mod link;
mod list;
mod reset_factors;

use anyhow::{Context as _, Result};
use daybook_model::{TenantId, user::User};
use daybook_portal::{Authority, IssuedLink, KeyRing, Portal, PortalConfig, TenantScope};

use super::Outcome;
use crate::{
    database,
    flag::{ListenFlag, PublicUrlFlag},
    output::{Results, talk},
    settings::Settings,
};

/// Manage users
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  daybook user invite ada@example.com --role owner
  daybook user list
  daybook user link ada@example.com
  daybook user reset-factors ada@example.com")]
pub(crate) struct UserCommand {
    #[command(subcommand)]
    action: UserAction,
}

#[derive(Debug, clap::Subcommand)]
enum UserAction {
    Invite(invite::InviteUser),
    List(list::ListUsers),
    Link(link::IssueLink),
    ResetFactors(reset_factors::ResetFactors),
}

/// Where a link leads: as `serve` would be told.
#[derive(Debug, clap::Args)]
struct LinkFlags {
    #[command(flatten)]
    listen: ListenFlag,
    #[command(flatten)]
    public_url: PublicUrlFlag,
}

/// Who is meant.
#[derive(Debug, clap::Args)]
struct Named {
    /// E-mail address of the user
    #[arg(value_name = "EMAIL")]
    email: String,
    /// Slug of the user's tenant; left out for people of the platform
    #[arg(long, value_name = "SLUG")]
    tenant: Option<String>,
}

/// Whoever can write to the database may manage everybody.
const EVERYBODY: Authority = Authority { scope: TenantScope::All, platform_users: true };

impl UserCommand {
    /// Does what was asked.
    pub(crate) async fn run(self, settings: &Settings) -> Result<Outcome> {
        match self.action {
            UserAction::Invite(invite) => invite.run(settings).await,
            UserAction::List(list) => list.run(settings).await,
            UserAction::Link(link) => link.run(settings).await,
            UserAction::ResetFactors(reset) => reset.run(settings).await,
        }
    }
}

/// A portal on the database as it is. What these commands do depends on none of the keys in the key file: any will do, none is kept.
async fn open(settings: &Settings, links: Option<&LinkFlags>) -> Result<Portal> {
    let store = database::open_existing(settings).await?;
    let keys = KeyRing::generate(store.entropy());
    let mut config = PortalConfig::default();
    if let Some(links) = links {
        config.public_url = settings.public_url(&links.public_url, settings.listen(&links.listen))?;
    }
    Ok(Portal::new(store, keys, config))
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

/// The user who is meant.
async fn find(portal: &Portal, named: &Named) -> Result<User> {
    let tenant: Option<TenantId> = match &named.tenant {
        Some(slug) => Some(portal.tenant(slug).await.with_context(|| format!("--tenant {slug}"))?.id),
        None => None,
    };
    let found = portal.user_by_email(tenant, &named.email).await;
    found.context("nobody has this address there; `daybook user list` shows who there is")
}

/// Prints a link, alone, on stdout.
fn print_link(portal: &Portal, issued: &IssuedLink) -> Result<()> {
    talk(format_args!("this link works once, until {}; give it to nobody else:", issued.expires_at));
    let mut results = Results::new();
    results.line(portal.link_url(issued))?;
    Ok(results.flush()?)
}
