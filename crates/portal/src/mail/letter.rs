//! What Daybook writes to people. Plain text alone, so that what a person reads is all there is. Must not decide who gets it.

use super::Mail;

/// Somebody is asked to become a user.
#[derive(Clone, Copy)]
pub struct Invitation<'a> {
    /// Their address.
    pub to: &'a str,
    /// Who asks them.
    pub inviter: &'a str,
    /// Into what: a tenant's name, or the portal's.
    pub place: &'a str,
    /// Where they choose a password; a secret.
    pub link: &'a str,
    /// For how many days the link opens anything.
    pub days: i64,
}

impl Invitation<'_> {
    /// The message.
    pub fn mail(&self) -> Mail {
        let Self { to, inviter, place, link, days } = self;
        let days = count(*days, "day");
        let text = format!(
            "Hello,\n\n\
             {inviter} has invited you to {place} on Daybook.\n\n\
             To choose a password and sign in, open this link:\n\n\
             {link}\n\n\
             It works once, within {days}. If you did not expect this, you need not do anything.\n"
        );
        Mail { to: (*to).to_owned(), subject: format!("Your invitation to {place}"), text }
    }
}

/// Somebody asked to choose a new password.
#[derive(Clone, Copy)]
pub struct PasswordReset<'a> {
    /// Their address.
    pub to: &'a str,
    /// Their name.
    pub name: &'a str,
    /// Where they choose it; a secret.
    pub link: &'a str,
    /// For how many minutes the link opens anything.
    pub minutes: i64,
}

impl PasswordReset<'_> {
    /// The message.
    pub fn mail(&self) -> Mail {
        let Self { to, name, link, minutes } = self;
        let minutes = count(*minutes, "minute");
        let text = format!(
            "Hello {name},\n\n\
             somebody asked for a new password for your account on Daybook.\n\n\
             If that was you, open this link to choose one:\n\n\
             {link}\n\n\
             It works once, within {minutes}. If it was not you, you need not do anything: your password stays as it is.\n"
        );
        Mail { to: (*to).to_owned(), subject: "Choose a new password".to_owned(), text }
    }
}

fn count(number: i64, unit: &str) -> String {
    if number == 1 { format!("1 {unit}") } else { format!("{number} {unit}s") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_letter_names_people_and_the_link_stands_alone_on_its_line() {
        let link = "https://portal.example.com/invitations/secret";
        let invitation =
            Invitation { to: "bob@example.com", inviter: "Ada Räder", place: "Acme", link, days: 7 }.mail();
        assert_eq!(invitation.subject, "Your invitation to Acme");
        assert!(invitation.text.contains("Ada Räder has invited you to Acme on Daybook."));
        assert!(invitation.text.contains("within 7 days"));
        let reset = PasswordReset { to: "bob@example.com", name: "Bob", link, minutes: 1 }.mail();
        assert!(reset.text.starts_with("Hello Bob,") && reset.text.contains("within 1 minute."));
        for mail in [invitation, reset] {
            assert_eq!(mail.to, "bob@example.com");
            assert!(mail.text.lines().any(|line| line == link));
            assert!(!format!("{mail:?}").contains("secret"));
        }
    }
}
