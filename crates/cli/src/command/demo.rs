//! `daybook demo`: a portal with a year behind it, to look at.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
    time::Instant,
};

use anyhow::{Context as _, Result};
use daybook_model::{
    Clock, Entropy, Role, Timestamp,
    api_token::ApiTokenDraft,
    tenant::TenantStatus,
    user::{OwnerDraft, UserDraft},
};
use daybook_portal::{
    Acceptance, Authority, Context, KeyRing, Portal, PortalConfig, PublicUrl, SetUp, TenantFilter,
    TenantScope,
};
use daybook_store::{DbConfig, Durability, LogStatus, Store, StoreConfig};
use tempfile::TempDir;

use super::Outcome;
use crate::{
    flag::{ServeFlags, Verbosity},
    key_file,
    output::{Results, talk},
    progress,
    server::Server,
    settings::{Settings, Usage},
    shutdown,
    story::{self, DemoClock, KnownEntropy, Plan},
    system::{SystemClock, SystemEntropy},
};

/// Serve a throw-away portal that is filled with a realistic year
///
/// Makes a new SQLite database in a temporary folder, fills it through the use cases (12 tenants, about 20,000 events that end now) and
/// serves it; prints the address, people who can sign in and three API tokens. Everything is gone when it ends. The same day tells the same story. --database and
/// --key-file have no effect.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  daybook demo
  daybook demo --listen 127.0.0.1:0
  daybook demo --at 2026-03-18T15:20:00Z")]
pub(crate) struct DemoCommand {
    #[command(flatten)]
    flags: ServeFlags,
    /// Only fill the database, print its size and root, and end
    #[arg(long)]
    fill_only: bool,
    /// Stop the clock at this moment, such as 2026-03-18T15:20:00Z, and be the same each time
    ///
    /// The year ends then, and nothing is random: ids, codes, passwords and tokens are those of every other demo that was stopped at this
    /// moment. What everybody can know protects nothing, so it is served to this machine alone: --listen must be a loopback address.
    #[arg(long, value_name = "TIME")]
    at: Option<Timestamp>,
    /// Keep the database in this file, with its key file beside it
    #[arg(long, value_name = "PATH", hide = true)]
    keep: Option<PathBuf>,
}

impl DemoCommand {
    /// Fills and serves.
    pub(crate) async fn run(self, settings: &Settings) -> Result<Outcome> {
        // Held until the end: dropping it removes the folder.
        let folder = tempfile::Builder::new()
            .prefix("daybook-demo-")
            .tempdir()
            .context("making a temporary folder")?;
        let address = settings.listen(&self.flags.listen);
        if self.at.is_some() && !address.ip().is_loopback() {
            let why = format!("--at: its passwords are known, so it is not served on {address}");
            return Err(Usage(why).into());
        }
        let server = if self.fill_only { None } else { Some(Server::bind(address).await?) };
        // With port 0 only the server knows where it is reached.
        let address = server.as_ref().map_or(address, Server::address);
        let public_url = settings.public_url(&self.flags.public_url, address)?;
        let started = Instant::now();
        let now = self.at.unwrap_or_else(|| SystemClock.now());
        let clock = Arc::new(DemoClock::at(now));
        let portal = self.open(&folder, &clock, public_url).await?;
        let stop = shutdown::requested()?;
        let plan = Plan::new(story::SEED, now);
        let filled = tokio::select! {
            filled = self.fill(&portal, &clock, &plan, settings) => filled,
            // Ended while it was being filled: nothing was promised, only the folder must go.
            () = stop => {
                portal.store().close().await?;
                return Ok(Outcome::Failed);
            }
        };
        let status = filled?;
        if settings.verbosity > Verbosity::Quiet {
            talk(format_args!(
                "filled with {} events in {:.1} s",
                status.size,
                started.elapsed().as_secs_f64()
            ));
        }
        match server {
            None => {
                portal.store().close().await?;
                let mut results = Results::new();
                results.line(format_args!("size  {}", status.size))?;
                results.line(format_args!("root  {}", status.root))?;
                results.flush()?;
            }
            Some(server) => {
                sign_ins(&portal, &server.url()).await?;
                server.run(portal, settings, &self.flags).await?;
            }
        }
        Ok(Outcome::Done)
    }

    async fn open(&self, folder: &TempDir, clock: &Arc<DemoClock>, public_url: PublicUrl) -> Result<Portal> {
        let entropy: Arc<dyn Entropy> = match self.at {
            None => Arc::new(SystemEntropy),
            Some(_) => Arc::new(KnownEntropy::new(story::SEED)),
        };
        let (path, keys) = match &self.keep {
            None => (folder.path().join("daybook.db"), KeyRing::generate(&*entropy)),
            Some(path) => (path.clone(), keys_to_keep(path, &*entropy)?),
        };
        let mut db = DbConfig::from_url(&format!("sqlite:{}", path.display()))?;
        db.durability = Durability::ThrowAway;
        let config = StoreConfig { db, clock: clock.clone(), entropy };
        let store = Store::open(config).await.context("making the demo's database")?;
        Ok(Portal::new(store, keys, PortalConfig { public_url, ..PortalConfig::default() }))
    }

    /// Tells the story; from its end on the clock is the real one, unless it is to stand.
    async fn fill(
        &self,
        portal: &Portal,
        clock: &DemoClock,
        plan: &Plan,
        settings: &Settings,
    ) -> Result<LogStatus> {
        let bar = progress::bar(settings, "a year", plan.len());
        clock.set(plan.begins());
        story::perform(portal, clock, plan, |done| bar.set_position(done)).await?;
        bar.finish_and_clear();
        match self.at {
            None => clock.let_go(),
            Some(at) => clock.set(at),
        }
        Ok(portal.log_status().await?)
    }
}

/// Only a new database is filled: the demo's story begins with an empty one.
fn keys_to_keep(path: &Path, entropy: &dyn Entropy) -> Result<KeyRing> {
    if path.exists() {
        return Err(Usage(format!("--keep: {} exists already", path.display())).into());
    }
    key_file::create(&path.with_file_name("daybook.keys"), entropy)
}

/// Makes people who can sign in and one token per role, and prints them with something to try.
async fn sign_ins(portal: &Portal, url: &str) -> Result<()> {
    let password = pass_phrase(portal);
    let people = people(portal, &password).await?;
    let mut tokens = vec![];
    for role in Role::PLATFORM.into_iter().rev() {
        let draft = ApiTokenDraft::of_platform(format!("Demo {role}"), role);
        tokens.push((role, portal.issue_api_token(&Context::system(), draft, None).await?.secret));
    }
    let mut results = Results::new();
    results.line(format_args!("\n  {url}\n\n  People, each with the password {password}:"))?;
    for (role, email, tenant) in &people {
        let within = tenant.as_ref().map(|slug| format!(" of tenant {slug}")).unwrap_or_default();
        results.line(format_args!("    {:13} {email}{within}", role.as_str()))?;
    }
    results.line("\n  API tokens, until the demo ends:")?;
    for (role, token) in &tokens {
        results.line(format_args!("    {:8} {token}", role.as_str()))?;
    }
    if let Some((_, token)) = tokens.first() {
        results.line(format_args!(
            "\n  Try:\n    \
             TOKEN={token}\n    \
             curl -s -H \"Authorization: Bearer $TOKEN\" {url}/admin/api/dashboard-stats\n    \
             curl -s -H \"Authorization: Bearer $TOKEN\" '{url}/admin/api/recent-activities?severity=MAJOR&days=7'\n    \
             curl -sN -H \"Authorization: Bearer $TOKEN\" {url}/admin/api/events/stream\n"
        ))?;
    }
    Ok(results.flush()?)
}

/// A password that nobody knows before it is printed.
fn pass_phrase(portal: &Portal) -> String {
    let bytes: [u8; 10] = daybook_model::entropy::random_bytes(portal.store().entropy());
    daybook_model::base32::encode_lower(&bytes)
}

/// A person of each role: the first owner by the set-up link, the others by invitation.
async fn people(portal: &Portal, password: &str) -> Result<Vec<(Role, String, Option<String>)>> {
    let context = Context::system();
    let working = TenantFilter { status: Some(TenantStatus::Active), ..TenantFilter::default() };
    let tenants = portal.tenants(&working, None, 1).await?;
    let slug = tenants.items.first().map(|tenant| tenant.slug.clone());
    let mut people = vec![(Role::Owner, "owner@example.com".to_owned(), None)];
    let token = portal.set_up_token().await?.context("the demo's portal has an owner already")?;
    let owner = OwnerDraft { email: "owner@example.com".to_owned(), name: "Olive Owner".to_owned() };
    portal.set_up(&context, &SetUp { token, owner, password: password.to_owned() }).await?;
    let others = [
        (Role::Admin, "admin@example.com", "Ada Admin", None),
        (Role::Auditor, "auditor@example.com", "Aulis Auditor", None),
        (Role::TenantAdmin, "tenant-admin@example.com", "Tove Tenant", slug.clone()),
        (Role::TenantMember, "tenant-member@example.com", "Max Member", slug),
    ];
    let authority = Authority { scope: TenantScope::All, platform_users: true };
    for (role, email, name, tenant) in others {
        let draft = UserDraft { email: email.to_owned(), name: Some(name.to_owned()), role };
        let invited = portal.invite_user(&context, authority, tenant.as_deref(), draft).await?;
        let request = Acceptance { token: invited.token, password: password.to_owned(), name: None };
        portal.accept_link(&context, &request).await?;
        people.push((role, email.to_owned(), tenant));
    }
    Ok(people)
}
