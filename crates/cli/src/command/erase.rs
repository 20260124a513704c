//! `daybook erase`: the personal values of one person go, in the database and in its files.

use std::io::{self, IsTerminal};

use anyhow::{Context as _, Result, bail};
use daybook_model::{Personal, UserId, user::User};
use daybook_portal::{Authority, Context, Erasure, KeyRing, Portal, PortalConfig, Scrubbed, TenantScope};

use super::Outcome;
use crate::{
    database,
    output::{Results, printable, talk},
    settings::{Settings, Usage},
};

/// Whoever can write to the database may erase anybody.
const ANYBODY: Authority = Authority { scope: TenantScope::All, platform_users: true };

/// Erase the personal values of one person
///
/// Name, addresses, browsers, names of tokens and factors go, with their salts: in the user, their sessions, and beside every event.
/// Entries, roots and proofs stay as they are. A user who is still there is removed first. Then the tables are rebuilt and the
/// write-ahead log is emptied; what could not be done is named. It cannot be undone, and backups are not reached. Works beside a
/// running server, whose requests may wait meanwhile.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  daybook erase ada@example.com --reason \"request 2026-17\"
  daybook erase grace@acme.example --tenant acme
  daybook erase usr_01k9zq7m3be5v8d0nq2t6y4s1a --yes")]
pub(crate) struct EraseCommand {
    /// Id of the user, or their e-mail address; who was removed already is named by id
    #[arg(value_name = "USER")]
    user: String,
    /// Whose user an e-mail address belongs to; without it, one of the platform
    #[arg(long, value_name = "SLUG")]
    tenant: Option<String>,
    /// On what ground; it is kept, so do not name the person in it
    #[arg(long, value_name = "TEXT")]
    reason: Option<String>,
    /// Do not ask
    #[arg(long)]
    yes: bool,
}

impl EraseCommand {
    /// Erases the person.
    pub(crate) async fn run(self, settings: &Settings) -> Result<Outcome> {
        let store = database::open_existing(settings).await?;
        // No key is needed to forget something.
        let keys = KeyRing::generate(store.entropy());
        let portal = Portal::new(store, keys, PortalConfig::default());
        let erased = self.erase(&portal).await;
        if let Err(error) = portal.store().drain().await {
            tracing::warn!(%error, "its event waits for a server to number it");
        }
        let scrubbed = match &erased {
            Ok(Some(_)) => Some(portal.store().scrub().await),
            _ => None,
        };
        portal.store().close().await?;
        let (Some((user, erasure)), Some(scrubbed)) = (erased?, scrubbed) else { return Ok(Outcome::Failed) };
        print(user, erasure)?;
        let Scrubbed { left } =
            scrubbed.context("the values are erased, but their bytes may still be in the files")?;
        for place in &left {
            talk(format_args!("may still hold bytes of what was erased: {place}"));
        }
        Ok(Outcome::Done)
    }

    /// Nothing if whoever was asked did not confirm.
    async fn erase(&self, portal: &Portal) -> Result<Option<(UserId, Erasure)>> {
        let user = self.find(portal).await?;
        if !self.yes && !confirm(&user)? {
            talk(format_args!("nothing was erased"));
            return Ok(None);
        }
        let erasure = portal.erase_user(&Context::system(), ANYBODY, user.id, self.reason.as_deref()).await?;
        Ok(Some((user.id, erasure)))
    }

    async fn find(&self, portal: &Portal) -> Result<User> {
        if let Ok(id) = self.user.parse::<UserId>() {
            return Ok(portal.user(TenantScope::All, id).await?.user);
        }
        let tenant = match &self.tenant {
            Some(slug) => Some(portal.tenant(slug).await?.id),
            None => None,
        };
        Ok(portal.user_by_email(tenant, &self.user).await?)
    }
}

/// Asks whoever sits at the terminal to write the address (or the id, if there is none) once more.
fn confirm(user: &User) -> Result<bool> {
    if !io::stdin().is_terminal() {
        bail!(Usage("--yes is needed where nobody can be asked: erasing cannot be undone".to_owned()));
    }
    let email = user.email.as_ref().and_then(Personal::known);
    let expected = email.cloned().unwrap_or_else(|| user.id.to_string());
    talk(format_args!(
        "This erases {} ({}) for good. Write it once more to confirm:",
        printable(&expected),
        user.role
    ));
    let mut line = String::new();
    io::stdin().read_line(&mut line).context("reading the confirmation")?;
    Ok(line.trim().eq_ignore_ascii_case(&expected))
}

fn print(user: UserId, erasure: Erasure) -> Result<()> {
    let Erasure { events, first_seq, last_seq, tokens } = erasure;
    let mut results = Results::new();
    results.line(format_args!("{user}  erased"))?;
    let place = match (first_seq, last_seq) {
        (Some(first), Some(last)) => format!(" ({first} to {last})"),
        _ => String::new(),
    };
    results.line(format_args!("events       {events}{place}"))?;
    results.line(format_args!("API tokens   {tokens} revoked"))?;
    results.flush()?;
    Ok(())
}
