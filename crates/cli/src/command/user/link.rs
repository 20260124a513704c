//! `daybook user link`.

use anyhow::Result;
use daybook_portal::Context;

use super::{EVERYBODY, LinkFlags, Named, Outcome, close, find, open, print_link};
use crate::settings::Settings;

/// Print a link with which a user joins, or chooses a new password, alone, on stdout
///
/// For somebody who has not joined it is a new invitation; for anybody else it ends after an hour. Older links end; the present password
/// works until the link is used.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example:\n  daybook user link ada@example.com --public-url https://portal.example.com"
)]
pub(super) struct IssueLink {
    #[command(flatten)]
    named: Named,
    #[command(flatten)]
    links: LinkFlags,
}

impl IssueLink {
    pub(super) async fn run(self, settings: &Settings) -> Result<Outcome> {
        let portal = open(settings, Some(&self.links)).await?;
        let issued = match find(&portal, &self.named).await {
            Ok(user) => portal.issue_link(&Context::system(), EVERYBODY, user.id).await.map_err(Into::into),
            Err(error) => Err(error),
        };
        close(&portal).await?;
        print_link(&portal, &issued?)?;
        Ok(Outcome::Done)
    }
}
