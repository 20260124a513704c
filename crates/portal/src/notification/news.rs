//! What a notification says: kept sealed until it was sent, and put into words then. The place to look for the words of every letter.
//! Must not hold an activation code or a password; a link is the only secret.

use daybook_model::{
    Month, Timestamp, UserId, notification::NotificationKind, quota::ACTIVATIONS, subscription::Subscription,
    tenant::TenantRef, user::LinkPurpose,
};
use serde::{Deserialize, Serialize};

use crate::mail::{Letter, Paragraph};

/// What somebody is told.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) enum News {
    /// A link that opens something once.
    Link {
        /// What it is for.
        purpose: LinkPurpose,
        /// Its token; a secret.
        token: String,
        /// When it ends.
        expires_at: Timestamp,
        /// Who asked for it, if a person did.
        by: Option<UserId>,
    },
    /// Codes were generated, all in one request.
    CodesGenerated {
        /// For this tenant.
        tenant: String,
        /// And this project of it.
        project: Option<String>,
        /// So many.
        count: i64,
    },
    /// A tenant has nearly as many devices as it may have, or as many.
    DeviceLimitNear {
        /// The tenant.
        tenant: String,
        /// How many it has.
        devices: i64,
        /// How many it may have.
        limit: i64,
    },
    /// A tenant has nearly used up a monthly quota, or all of it.
    Quota {
        /// The tenant.
        tenant: String,
        /// `activations`, or what its devices report.
        kind: String,
        /// The UTC month.
        month: Month,
        /// How much it has used.
        used: i64,
        /// How much the month holds.
        quota: i64,
    },
    /// A tenant's subscription is in another state, or its trial has another end.
    SubscriptionChanged {
        /// The tenant.
        tenant: String,
        /// In this one.
        state: Subscription,
        /// When the trial ends, if it is one.
        trial_ends_at: Option<Timestamp>,
    },
    /// A tenant was suspended.
    TenantSuspended {
        /// The tenant.
        tenant: String,
    },
    /// A tenant works again.
    TenantResumed {
        /// The tenant.
        tenant: String,
    },
    /// Somebody signed in as the reader.
    NewSignIn {
        /// When.
        at: Timestamp,
        /// From where.
        ip: Option<String>,
        /// With what.
        user_agent: Option<String>,
    },
}

/// What is looked up when a letter is written.
pub(crate) struct Reader<'a> {
    /// What the reader is called.
    pub(crate) name: Option<&'a str>,
    /// What who asked for a link is called.
    pub(crate) sender: Option<&'a str>,
    /// Where the link leads.
    pub(crate) url: &'a str,
    /// The name of the reader's tenant.
    pub(crate) place: Option<&'a str>,
}

impl News {
    /// That so much of a monthly quota is used.
    pub(crate) fn quota(tenant: &TenantRef, kind: &str, month: Month, used: i64, quota: i64) -> Self {
        Self::Quota { tenant: tenant.name.clone(), kind: kind.to_owned(), month, used, quota }
    }

    /// What it is about.
    pub(crate) fn kind(&self) -> NotificationKind {
        match self {
            Self::Link { purpose, .. } => (*purpose).into(),
            Self::CodesGenerated { .. } => NotificationKind::CodesGenerated,
            Self::DeviceLimitNear { .. } | Self::Quota { .. } => NotificationKind::LimitNear,
            Self::SubscriptionChanged { .. } => NotificationKind::SubscriptionChanged,
            Self::TenantSuspended { .. } => NotificationKind::TenantSuspended,
            Self::TenantResumed { .. } => NotificationKind::TenantResumed,
            Self::NewSignIn { .. } => NotificationKind::NewSignIn,
        }
    }

    /// When it is no news any more.
    pub(crate) fn ends_at(&self) -> Option<Timestamp> {
        match self {
            Self::Link { expires_at, .. } => Some(*expires_at),
            _ => None,
        }
    }

    /// The same in words.
    pub(crate) fn letter(&self, reader: &Reader<'_>) -> Letter {
        let (subject, mut body) = match self {
            Self::Link { purpose, expires_at, .. } => link(*purpose, *expires_at, reader),
            Self::CodesGenerated { tenant, project, count } => codes(tenant, project.as_deref(), *count),
            Self::DeviceLimitNear { tenant, devices, limit } => device_limit(tenant, *devices, *limit),
            Self::Quota { tenant, kind, month, used, quota } => {
                monthly_quota(tenant, kind, *month, *used, *quota)
            }
            Self::SubscriptionChanged { tenant, state, trial_ends_at } => {
                subscription(tenant, *state, *trial_ends_at)
            }
            Self::TenantSuspended { tenant } => told(
                format!("{tenant} was suspended"),
                format!("{tenant} was suspended on Daybook."),
                "Until it is resumed nobody of it can sign in, and no device can be activated. Its operator can say why.",
            ),
            Self::TenantResumed { tenant } => told(
                format!("{tenant} works again"),
                format!("{tenant} was resumed on Daybook."),
                "People can sign in again, and devices can be activated.",
            ),
            Self::NewSignIn { at, ip, user_agent } => sign_in(*at, ip.as_deref(), user_agent.as_deref()),
        };
        let hello = reader.name.map_or_else(|| "Hello,".to_owned(), |name| format!("Hello {name},"));
        body.insert(0, Paragraph::Text(hello));
        if self.kind().rule().is_some() && reader.name.is_some() {
            body.push(Paragraph::text("You can choose in your account which of these letters you get."));
        }
        Letter { subject, paragraphs: body }
    }
}

type Words = (String, Vec<Paragraph>);

fn told(subject: String, what: String, more: &str) -> Words {
    (subject, vec![Paragraph::Text(what), Paragraph::text(more)])
}

fn link(purpose: LinkPurpose, expires_at: Timestamp, reader: &Reader<'_>) -> Words {
    let place = reader.place.unwrap_or("the portal");
    let (subject, what, label, ignored) = match purpose {
        LinkPurpose::Invitation => (
            format!("Your invitation to {place}"),
            format!("{} has invited you to {place} on Daybook.", reader.sender.unwrap_or("The operator")),
            "Choose a password and sign in",
            "If you did not expect this, you need not do anything.",
        ),
        LinkPurpose::Reset => (
            "Choose a new password".to_owned(),
            "Somebody asked for a new password for your account on Daybook.".to_owned(),
            "Choose a new password",
            "If it was not you, you need not do anything: your password stays as it is.",
        ),
    };
    let open = Paragraph::Link { label: label.to_owned(), url: reader.url.to_owned() };
    let once = format!("The link works once, until {}. {ignored}", moment(expires_at));
    (subject, vec![Paragraph::Text(what), open, Paragraph::Text(once)])
}

fn codes(tenant: &str, project: Option<&str>, count: i64) -> Words {
    let codes = if count == 1 { "1 activation code".to_owned() } else { format!("{count} activation codes") };
    let were = if count == 1 { "was" } else { "were" };
    let of = project.map(|project| format!(", project {project}")).unwrap_or_default();
    told(
        format!("{codes} for {tenant}"),
        format!("{codes} {were} generated for {tenant}{of}."),
        "Codes are shown to whoever generates them, once, and never sent by mail.",
    )
}

fn device_limit(tenant: &str, devices: i64, limit: i64) -> Words {
    if devices >= limit {
        return told(
            format!("{tenant} has reached its device limit"),
            format!("{tenant} has {devices} of {limit} active devices."),
            "Further devices are refused until one is revoked or the limit is raised.",
        );
    }
    told(
        format!("{tenant} comes near its device limit"),
        format!("{tenant} has {devices} of {limit} active devices."),
        "Once the limit is reached, further devices are refused.",
    )
}

fn monthly_quota(tenant: &str, kind: &str, month: Month, used: i64, quota: i64) -> Words {
    let what = format!("{tenant} used {used} of {quota} {kind} of {month} (UTC).");
    let refused = kind == ACTIVATIONS;
    if used >= quota {
        let more = if refused {
            "Further devices are refused until the month is over or the plan allows more."
        } else {
            "What is used beyond it goes on being counted; nothing is refused."
        };
        return told(format!("{tenant} has used up its {kind} of {month}"), what, more);
    }
    let more = if refused {
        "Once all are used, further devices are refused until the month is over."
    } else {
        "What is used beyond the quota goes on being counted; nothing is refused."
    };
    told(format!("{tenant} comes near its quota of {kind}"), what, more)
}

fn subscription(tenant: &str, state: Subscription, trial_ends_at: Option<Timestamp>) -> Words {
    const NOTHING_NEW: &str =
        "No device can be activated, no code generated and no project created. What there is works.";
    let (subject, more) = match state {
        Subscription::Trialing => {
            let end = trial_ends_at.map(|at| format!(" until {}", moment(at))).unwrap_or_default();
            (
                format!("{tenant} is on trial{end}"),
                "When the trial is over, a payment is due; nothing stops by itself.",
            )
        }
        Subscription::Active => (format!("The subscription of {tenant} is in order"), "Everything works."),
        Subscription::PastDue => (
            format!("A payment for {tenant} is due"),
            "Everything works for now. Its operator can say what is to be done.",
        ),
        Subscription::Suspended => (format!("The subscription of {tenant} was suspended"), NOTHING_NEW),
        Subscription::Canceled => (format!("The subscription of {tenant} was canceled"), NOTHING_NEW),
    };
    let what = format!("{subject}, on Daybook.");
    told(subject, what, more)
}

fn sign_in(at: Timestamp, ip: Option<&str>, user_agent: Option<&str>) -> Words {
    let from = ip.map(|ip| format!(" from {ip}")).unwrap_or_default();
    // What a stranger's program calls itself is not given much room.
    let with = user_agent.map(|agent| format!(" with {}", agent.chars().take(200).collect::<String>()));
    let what =
        format!("Somebody signed in to your account on {}{from}{}.", moment(at), with.unwrap_or_default());
    let more = "If it was you, you need not do anything. If not, choose another password and end your other sessions at once.";
    told("A new sign-in to your account".to_owned(), what, more)
}

/// To the minute, for people.
fn moment(at: Timestamp) -> String {
    let text = at.to_string();
    let minute = text.get(..16).unwrap_or(&text);
    format!("{} UTC", minute.replace('T', " "))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(news: &News, name: Option<&str>) -> (String, String) {
        let reader = Reader {
            name,
            sender: Some("Ada Räder"),
            url: "https://portal.example.com/join?token=x",
            place: Some("Acme"),
        };
        let letter = news.letter(&reader);
        let text = letter.paragraphs.iter().map(|paragraph| match paragraph {
            Paragraph::Text(text) => text.clone(),
            Paragraph::Link { label, url } => format!("{label} {url}"),
        });
        (letter.subject.clone(), text.collect::<Vec<_>>().join("\n"))
    }

    fn says(news: &News, subject: &str, said: &str) {
        let (found, text) = words(news, Some("Bob"));
        assert_eq!(found, subject);
        assert!(text.starts_with("Hello Bob,") && text.contains(said), "{text}");
        assert_eq!(text.contains("You can choose"), news.kind().rule().is_some(), "{text}");
    }

    #[test]
    fn every_letter_says_what_happened() {
        let at: Timestamp = "2026-03-02T08:15:30Z".parse().unwrap();
        let link = |purpose| News::Link { purpose, token: "x".to_owned(), expires_at: at, by: None };
        let tenant = || "Acme".to_owned();
        for (news, subject, said) in [
            (
                link(LinkPurpose::Invitation),
                "Your invitation to Acme",
                "Ada Räder has invited you to Acme on Daybook.",
            ),
            (link(LinkPurpose::Reset), "Choose a new password", "works once, until 2026-03-02 08:15 UTC."),
            (
                News::CodesGenerated { tenant: tenant(), project: Some("Kiosk".to_owned()), count: 2 },
                "2 activation codes for Acme",
                "2 activation codes were generated for Acme, project Kiosk.",
            ),
            (
                News::CodesGenerated { tenant: tenant(), project: None, count: 1 },
                "1 activation code for Acme",
                "1 activation code was generated for Acme.",
            ),
            (
                News::DeviceLimitNear { tenant: tenant(), devices: 8, limit: 10 },
                "Acme comes near its device limit",
                "Acme has 8 of 10 active devices.",
            ),
            (
                News::DeviceLimitNear { tenant: tenant(), devices: 10, limit: 10 },
                "Acme has reached its device limit",
                "Further devices are refused",
            ),
            (News::TenantSuspended { tenant: tenant() }, "Acme was suspended", "nobody of it can sign in"),
            (News::TenantResumed { tenant: tenant() }, "Acme works again", "People can sign in again"),
            (
                News::NewSignIn {
                    at,
                    ip: Some("192.0.2.1".to_owned()),
                    user_agent: Some("Firefox".to_owned()),
                },
                "A new sign-in to your account",
                "on 2026-03-02 08:15 UTC from 192.0.2.1 with Firefox.",
            ),
        ] {
            says(&news, subject, said);
        }
        let (_, text) = words(&News::TenantSuspended { tenant: tenant() }, None);
        assert!(
            text.starts_with("Hello,") && !text.contains("You can choose"),
            "a contact has no account: {text}"
        );
    }

    #[test]
    fn every_state_of_a_quota_and_a_subscription_has_its_words() {
        let at: Timestamp = "2026-03-02T08:15:30Z".parse().unwrap();
        let tenant = || "Acme".to_owned();
        let quota = |kind: &str, used| News::Quota {
            tenant: tenant(),
            kind: kind.to_owned(),
            month: Month::of(at),
            used,
            quota: 10,
        };
        let subscription = |state| News::SubscriptionChanged {
            tenant: tenant(),
            state,
            trial_ends_at: (state == Subscription::Trialing).then_some(at),
        };
        for (news, subject, said) in [
            (
                quota(ACTIVATIONS, 8),
                "Acme comes near its quota of activations",
                "8 of 10 activations of 2026-03",
            ),
            (
                quota(ACTIVATIONS, 10),
                "Acme has used up its activations of 2026-03",
                "Further devices are refused",
            ),
            (quota("calls", 9), "Acme comes near its quota of calls", "nothing is refused"),
            (quota("calls", 11), "Acme has used up its calls of 2026-03", "goes on being counted"),
            (
                subscription(Subscription::Trialing),
                "Acme is on trial until 2026-03-02 08:15 UTC",
                "nothing stops by itself",
            ),
            (
                subscription(Subscription::Active),
                "The subscription of Acme is in order",
                "The subscription of Acme is in order, on Daybook.",
            ),
            (subscription(Subscription::PastDue), "A payment for Acme is due", "Everything works for now."),
            (
                subscription(Subscription::Suspended),
                "The subscription of Acme was suspended",
                "No device can be activated",
            ),
            (
                subscription(Subscription::Canceled),
                "The subscription of Acme was canceled",
                "What there is works.",
            ),
        ] {
            says(&news, subject, said);
        }
    }
}
