//! `daybook serve`: the portal itself.

use anyhow::Result;
use daybook_portal::Portal;

use super::Outcome;
use crate::{
    database,
    flag::{DatabaseUrl, ListenFlag, Location, PortalFlags, Verbosity},
    key_file,
    output::talk,
    server::Server,
    settings::Settings,
};

/// Run the portal: bring the database up to date and serve it over HTTP
///
/// Creates the SQLite file and the key file where they do not exist. SIGTERM and Ctrl-C end it in order: requests under way finish.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  daybook serve
  daybook serve --listen 0.0.0.0:8400 --database sqlite:/var/lib/daybook/daybook.db
  DAYBOOK_DATABASE_URL=postgres://daybook:…@db/daybook daybook serve --key-file /etc/daybook/daybook.keys")]
pub(crate) struct ServeCommand {
    #[command(flatten)]
    listen: ListenFlag,
    #[command(flatten)]
    portal: PortalFlags,
}

impl ServeCommand {
    /// Serves until the process is asked to stop.
    pub(crate) async fn run(self, settings: &Settings) -> Result<Outcome> {
        let config = settings.portal_config(&self.portal)?;
        let store = database::open_or_create(settings).await?;
        let mut reads = store.reads().await?;
        let (key_ids, has_tokens) = (reads.code_key_ids().await?, reads.has_api_tokens().await?);
        drop(reads);
        let keys = key_file::open(&settings.key_file, &key_ids, store.entropy())?;
        tracing::debug!(?settings, keys = ?keys, "starting");
        let server = Server::bind(settings.listen(&self.listen)).await?;
        if !has_tokens && settings.verbosity > Verbosity::Quiet {
            talk(format_args!(
                "nobody can sign in yet; make the first way in from another terminal:\n  {}",
                first_token(&settings.database)
            ));
        }
        server.run(Portal::new(store, keys, config), settings).await?;
        Ok(Outcome::Done)
    }
}

/// The command that makes the first token for this database.
fn first_token(database: &DatabaseUrl) -> String {
    let create = "token create --name \"your name\" --role owner";
    match database.location() {
        _ if *database == DatabaseUrl::default() => format!("daybook {create}"),
        Location::File(_) => format!("daybook --database '{database}' {create}"),
        // Its URL may hold a password.
        Location::Server => format!("daybook {create}    (with the same --database)"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_step_names_the_database_but_no_password() {
        let said = |url: &str| first_token(&url.parse().unwrap());
        assert_eq!(said("sqlite:daybook.db"), "daybook token create --name \"your name\" --role owner");
        assert!(said("sqlite:other.db").starts_with("daybook --database 'sqlite:other.db' token create"));
        assert!(!said("postgres://ada:s3cret@db/daybook").contains("s3cret"));
    }
}
