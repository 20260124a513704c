//! What a portal is told: mail, sessions and the cost of passwords. The mail server's URL may hold a password: it is not shown.

use std::{convert::Infallible, fmt, str::FromStr};

use serde::Deserialize;

use super::{LogOrigin, Span};

/// The flags of commands that need a whole portal.
#[derive(Debug, Default, clap::Args)]
pub(crate) struct PortalFlags {
    /// Mail server for invitations and password resets; none is needed [default: none]
    ///
    /// `smtp://USER:PASSWORD@HOST:PORT` (STARTTLS, which `?tls=none` turns off) or `smtps://…` (TLS from the first byte). A password is
    /// better kept in the environment variable or in the configuration file: everybody on the machine can read the flags of a program.
    #[arg(long, value_name = "URL", env = "DAYBOOK_SMTP_URL", hide_env_values = true, help_heading = HEADING)]
    pub(crate) smtp_url: Option<SmtpUrl>,
    /// Sender of that mail, such as 'Daybook <portal@example.com>'
    #[arg(long, value_name = "ADDRESS", env = "DAYBOOK_MAIL_FROM", help_heading = HEADING)]
    pub(crate) mail_from: Option<String>,
    /// What the log is called in what it signs [default: the host of --public-url, and /log]
    ///
    /// Like `portal.example.com/log`. Another name is another log to whoever verifies: choose it once.
    #[arg(long, value_name = "NAME", env = "DAYBOOK_LOG_ORIGIN", help_heading = HEADING)]
    pub(crate) log_origin: Option<LogOrigin>,
    /// How long a session may go without a request, such as 30m or 2h [default: 2h]
    #[arg(long, value_name = "TIME", env = "DAYBOOK_SESSION_IDLE", help_heading = HEADING)]
    pub(crate) session_idle: Option<Span>,
    /// How long a session lasts in any case [default: 7d]
    #[arg(long, value_name = "TIME", env = "DAYBOOK_SESSION_LIFETIME", help_heading = HEADING)]
    pub(crate) session_lifetime: Option<Span>,
    /// Memory that hashing a password takes [default: 19456]
    #[arg(long, value_name = "KIB", env = "DAYBOOK_ARGON2_MEMORY_KIB", help_heading = HEADING)]
    pub(crate) argon2_memory_kib: Option<u32>,
    /// How often hashing a password passes over it [default: 2]
    #[arg(long, value_name = "N", env = "DAYBOOK_ARGON2_ITERATIONS", help_heading = HEADING)]
    pub(crate) argon2_iterations: Option<u32>,
}

/// Under which heading `--help` lists them.
const HEADING: &str = "Portal";

/// The URL of a mail server, unread. Shown nowhere.
#[derive(Clone, Deserialize)]
#[serde(transparent)]
pub(crate) struct SmtpUrl(String);

impl SmtpUrl {
    /// The whole URL, for connecting.
    pub(crate) fn reveal(&self) -> &str {
        &self.0
    }
}

impl FromStr for SmtpUrl {
    type Err = Infallible;

    /// Takes any text: an error of the argument parser would show it.
    fn from_str(text: &str) -> Result<Self, Infallible> {
        Ok(Self(text.to_owned()))
    }
}

impl fmt::Debug for SmtpUrl {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("…")
    }
}
