//! `daybook user invite`.

use anyhow::Result;
use daybook_model::{Role, user::UserDraft};
use daybook_portal::Context;

use super::{EVERYBODY, LinkFlags, Named, Outcome, close, open, print_link};
use crate::settings::Settings;

/// Invite somebody and print the link to join with, alone, on stdout
///
/// The link is shown this once, works once, and ends after seven days.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  daybook user invite ada@example.com --role owner
  daybook user invite grace@example.com --tenant acme --role tenant_admin --public-url https://portal.example.com")]
pub(super) struct InviteUser {
    #[command(flatten)]
    named: Named,
    /// What they may do: owner, admin or auditor; within a tenant `tenant_admin` or `tenant_member`
    #[arg(long, value_name = "ROLE")]
    role: Role,
    /// What they are called; they can change it
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
    #[command(flatten)]
    links: LinkFlags,
}

impl InviteUser {
    pub(super) async fn run(self, settings: &Settings) -> Result<Outcome> {
        let portal = open(settings, Some(&self.links)).await?;
        let Named { email, tenant } = self.named;
        let draft = UserDraft { email, name: self.name, role: self.role };
        let issued = portal.invite_user(&Context::system(), EVERYBODY, tenant.as_deref(), draft).await;
        close(&portal).await?;
        print_link(&portal, &issued.map_err(in_words)?)?;
        Ok(Outcome::Done)
    }
}

/// Says which argument was wrong.
fn in_words(error: daybook_portal::PortalError) -> anyhow::Error {
    match error {
        daybook_portal::PortalError::Invalid(invalid) => {
            let wrong = |field: &daybook_model::FieldError| {
                format!("{} {}", field.pointer.trim_start_matches('/'), field.detail)
            };
            let wrong: Vec<_> = invalid.0.iter().map(wrong).collect();
            crate::settings::Usage(wrong.join("; ")).into()
        }
        other => other.into(),
    }
}
