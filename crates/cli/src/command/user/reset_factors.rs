//! `daybook user reset-factors`.

use anyhow::Result;
use daybook_portal::Context;

use super::{EVERYBODY, Named, Outcome, close, find, open};
use crate::{output::Results, settings::Settings};

/// Remove every sign-in factor of a user who lost them
///
/// One-time codes, passkeys and accounts at identity providers; the password stays. The user's sessions end.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  daybook user reset-factors ada@example.com")]
pub(super) struct ResetFactors {
    #[command(flatten)]
    named: Named,
}

impl ResetFactors {
    pub(super) async fn run(self, settings: &Settings) -> Result<Outcome> {
        let portal = open(settings, None).await?;
        let removed = match find(&portal, &self.named).await {
            Ok(user) => {
                portal.reset_factors(&Context::system(), EVERYBODY, user.id).await.map_err(Into::into)
            }
            Err(error) => Err(error),
        };
        close(&portal).await?;
        let removed = removed?;
        let mut results = Results::new();
        results.line(format_args!("{removed} removed"))?;
        results.flush()?;
        Ok(Outcome::Done)
    }
}
