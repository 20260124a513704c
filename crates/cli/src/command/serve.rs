//! `daybook serve`: the portal itself.

use anyhow::Result;
use daybook_portal::{Portal, PortalConfig};

use super::Outcome;
use crate::{
    database,
    flag::{PortalFlags, ServeFlags, Verbosity},
    key_file,
    output::talk,
    server::Server,
    settings::Settings,
};

/// Run the portal: bring the database up to date and serve it over HTTP
///
/// Creates the SQLite file and the key file where they do not exist. As long as nobody owns the portal, it prints a link that makes the
/// first owner, once. SIGTERM and Ctrl-C end it in order: requests under way finish.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  daybook serve
  daybook serve --listen 0.0.0.0:8400 --database sqlite:/var/lib/daybook/daybook.db
  daybook serve --public-url https://portal.example.com --trusted-proxy 127.0.0.1
  DAYBOOK_DATABASE_URL=postgres://daybook:…@db/daybook daybook serve --key-file /etc/daybook/daybook.keys")]
pub(crate) struct ServeCommand {
    #[command(flatten)]
    flags: ServeFlags,
    #[command(flatten)]
    portal: PortalFlags,
}

impl ServeCommand {
    /// Serves until the process is asked to stop.
    pub(crate) async fn run(self, settings: &Settings) -> Result<Outcome> {
        let config = settings.portal_config(&self.portal)?;
        let store = database::open_or_create(settings).await?;
        let key_ids = store.reads().await?.code_key_ids().await?;
        let keys = key_file::open(&settings.key_file, &key_ids, store.entropy())?;
        tracing::debug!(?settings, keys = ?keys, "starting");
        let server = Server::bind(settings.listen(&self.flags.listen)).await?;
        let public_url = settings.public_url(&self.flags.public_url, server.address())?;
        let portal = Portal::new(store, keys, PortalConfig { public_url, ..config });
        if let Some(link) = portal.set_up_link().await?
            && settings.verbosity > Verbosity::Quiet
        {
            talk(format_args!(
                "nobody owns this portal yet: open this link to become its first owner\n  {link}"
            ));
        }
        server.run(portal, settings, &self.flags).await?;
        Ok(Outcome::Done)
    }
}
