//! `daybook doctor`: is everything in place for `serve`? Looks at one thing after the other and changes nothing.

mod database;
mod machine;
mod mail;

use std::fmt;

use anyhow::Result;
use daybook_model::event::Tone;

use super::Outcome;
use crate::{
    flag::{ListenFlag, PortalFlags},
    output::{Results, toned, wants_colour},
    settings::Settings,
};

/// Look for what would keep the portal from working, and say what to do about it
///
/// Looks at the configuration file, the database and its migrations, the key file, the disk, the clock, the address, the log and the
/// mail server.
/// Ends with exit code 1 if something fails. Changes nothing.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  daybook doctor
  daybook doctor --database sqlite:/var/lib/daybook/daybook.db --listen 0.0.0.0:8400")]
pub(crate) struct DoctorCommand {
    #[command(flatten)]
    listen: ListenFlag,
    #[command(flatten)]
    portal: PortalFlags,
}

/// How something stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Verdict {
    /// As it should be.
    Fine,
    /// It works, but somebody should look.
    Warning,
    /// It does not work.
    Failure,
}

/// What was found at one place.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Finding {
    verdict: Verdict,
    what: &'static str,
    said: String,
    /// What to do about it.
    advice: Option<String>,
}

impl Finding {
    fn fine(what: &'static str, said: impl fmt::Display) -> Self {
        Self { verdict: Verdict::Fine, what, said: said.to_string(), advice: None }
    }

    fn warning(what: &'static str, said: impl fmt::Display, advice: impl Into<String>) -> Self {
        Self { verdict: Verdict::Warning, what, said: said.to_string(), advice: Some(advice.into()) }
    }

    fn failure(what: &'static str, said: impl fmt::Display, advice: impl Into<String>) -> Self {
        Self { verdict: Verdict::Failure, what, said: said.to_string(), advice: Some(advice.into()) }
    }

    fn print(&self, results: &mut Results, colour: bool) -> Result<()> {
        let (word, tone) = match self.verdict {
            Verdict::Fine => ("ok", Tone::Ok),
            Verdict::Warning => ("warn", Tone::Warn),
            Verdict::Failure => ("fail", Tone::Bad),
        };
        results.line(format_args!(
            "{} {:14} {}",
            toned(&format!("{word:5}"), tone, colour),
            self.what,
            self.said
        ))?;
        if let Some(advice) = &self.advice {
            results.line(format_args!("{:20} → {advice}", ""))?;
        }
        Ok(())
    }
}

impl DoctorCommand {
    /// Looks at everything; `wrong` is what is wrong with the configuration file.
    pub(crate) async fn run(self, settings: &Settings, wrong: Option<anyhow::Error>) -> Result<Outcome> {
        let mut findings = vec![configuration(settings, wrong)];
        findings.extend(database::examine(settings).await);
        findings.extend(machine::folder(settings));
        findings.push(machine::address(settings.listen(&self.listen)).await);
        findings.push(match settings.portal_config(&self.portal) {
            Ok(config) => mail::examine(config.mail).await,
            Err(error) => Finding::failure(
                "settings",
                format_args!("{error:#}"),
                "`daybook serve --help` says what they mean",
            ),
        });
        let mut results = Results::new();
        let colour = wants_colour(&std::io::stdout());
        for finding in &findings {
            finding.print(&mut results, colour)?;
        }
        results.flush()?;
        let failed = findings.iter().any(|finding| finding.verdict == Verdict::Failure);
        Ok(if failed { Outcome::Failed } else { Outcome::Done })
    }
}

fn configuration(settings: &Settings, wrong: Option<anyhow::Error>) -> Finding {
    match (wrong, settings.file.path()) {
        (Some(error), _) => Finding::failure(
            "configuration",
            format_args!("{error:#}"),
            "correct the file; what follows was found without it",
        ),
        (None, Some(path)) => Finding::fine("configuration", path.display()),
        (None, None) => Finding::fine("configuration", "no file; flags, environment and defaults"),
    }
}
