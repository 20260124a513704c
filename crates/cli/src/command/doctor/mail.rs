//! The doctor's look at the mail server: connects and signs in, and sends nothing.

use daybook_portal::{MailConfig, Mailer};

use super::Finding;

/// Can mail be sent? A portal without a mail server is a whole one: its links are handed over by people.
pub(super) async fn examine(config: Option<MailConfig>) -> Finding {
    let what = "mail";
    let Some(config) = config else {
        return Finding::fine(what, "not configured; invitations are handed over as links");
    };
    let server = config.to_string();
    match Mailer::new(config).check().await {
        Ok(()) => Finding::fine(what, format_args!("{server} answers")),
        Err(error) => {
            let advice = "correct --smtp-url: its host, port, user and password";
            Finding::failure(what, format_args!("{server}: {error}"), advice)
        }
    }
}
