//! Mail to people: plain text with the same as HTML beside it, one message at a time, through the SMTP server of the settings. Must not print a password, an address
//! or a text: a text holds a link that opens something.

mod config;
mod letter;

use std::{
    fmt,
    sync::Arc,
    time::{Duration, UNIX_EPOCH},
};

use daybook_model::Timestamp;
use lettre::{
    AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor,
    message::{
        Mailbox, MultiPart,
        header::{ContentType, HeaderName, HeaderValue},
    },
};
use tokio::{sync::OnceCell, time::timeout};

pub use config::{MailConfig, MailConfigError};
pub use letter::{Letter, Paragraph};

/// How long a message may take, from the first packet to the server's word that it has it.
const PATIENCE: Duration = Duration::from_secs(10);

type Transport = AsyncSmtpTransport<Tokio1Executor>;

/// One message. `Debug` shows nothing of it.
#[derive(Clone, PartialEq, Eq)]
pub struct Mail {
    /// The address of who gets it.
    pub to: String,
    /// One line.
    pub subject: String,
    /// Plain text: all that there is to read.
    pub text: String,
    /// The same as HTML.
    pub html: Option<String>,
}

impl fmt::Debug for Mail {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Mail(…)")
    }
}

/// Why a message was not sent. Says nothing of the message.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MailError {
    /// The settings name no mail server.
    #[error("no mail server is configured")]
    NotConfigured,
    /// The address is not one that mail can be sent to.
    #[error("the address is not one that mail can be sent to")]
    Address,
    /// The server did not answer in time.
    #[error("the mail server did not answer within {} s", PATIENCE.as_secs())]
    TimedOut,
    /// There is no connection to the server, or none that is safe.
    #[error("the mail server cannot be used: {0}")]
    Unreachable(String),
    /// The server refused, with this code of RFC 5321.
    #[error("the mail server refused (code {0})")]
    Refused(u16),
}

impl MailError {
    /// Whether it will not help to send the same again: a refusal from 500 on, but for those of the account (53x), which say that the
    /// settings are wrong and nothing of the message.
    pub fn is_final(&self) -> bool {
        match self {
            Self::Address => true,
            Self::Refused(code) => *code >= 500 && !(530..540).contains(code),
            Self::NotConfigured | Self::TimedOut | Self::Unreachable(_) => false,
        }
    }

    /// One word, as it is stored: nothing that a server said.
    pub fn word(&self) -> String {
        match self {
            Self::NotConfigured => "not_configured".to_owned(),
            Self::Address => "bad_address".to_owned(),
            Self::TimedOut => "timed_out".to_owned(),
            Self::Unreachable(_) => "unreachable".to_owned(),
            Self::Refused(code) => format!("smtp_{code}"),
        }
    }
}

impl From<lettre::transport::smtp::Error> for MailError {
    fn from(error: lettre::transport::smtp::Error) -> Self {
        match error.status() {
            // What a server says with its code may repeat an address.
            Some(code) => Self::Refused(code.into()),
            None if error.is_timeout() => Self::TimedOut,
            None if error.is_response() => Self::Unreachable("it does not speak SMTP".to_owned()),
            None => Self::Unreachable(error.to_string()),
        }
    }
}

/// Sends mail, or says that it cannot. Cheap to clone.
#[derive(Clone)]
pub struct Mailer(Option<Arc<Inner>>);

struct Inner {
    config: MailConfig,
    /// Made at the first message: it reads the machine's certificates.
    transport: OnceCell<Transport>,
}

impl fmt::Debug for Mailer {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let config = self.0.as_ref().map(|inner| &inner.config);
        out.debug_tuple("Mailer").field(&config).finish()
    }
}

impl Mailer {
    /// Sends through this server.
    pub fn new(config: MailConfig) -> Self {
        Self(Some(Arc::new(Inner { config, transport: OnceCell::new() })))
    }

    /// Sends nothing.
    pub const fn none() -> Self {
        Self(None)
    }

    /// Whether there is a server to send through: otherwise a link must be shown to whoever can hand it over.
    pub const fn is_configured(&self) -> bool {
        self.0.is_some()
    }

    /// Hands a message to the server. `now` becomes its date.
    pub async fn send(&self, mail: &Mail, now: Timestamp) -> Result<(), MailError> {
        let inner = self.0.as_ref().ok_or(MailError::NotConfigured)?;
        let message = message(&inner.config.from, mail, now)?;
        in_time(async {
            inner.transport().await?.send(message).await?;
            Ok(())
        })
        .await
    }

    /// Connects and signs in, and sends nothing: is the server there?
    pub async fn check(&self) -> Result<(), MailError> {
        let inner = self.0.as_ref().ok_or(MailError::NotConfigured)?;
        in_time(async {
            let answers = inner.transport().await?.test_connection().await?;
            answers
                .then_some(())
                .ok_or_else(|| MailError::Unreachable("it ended the conversation".to_owned()))
        })
        .await
    }
}

impl Inner {
    async fn transport(&self) -> Result<&Transport, MailError> {
        let make = || async {
            let config = self.config.clone();
            let made = tokio::task::spawn_blocking(move || config.transport(PATIENCE)).await;
            made.map_err(|_| MailError::Unreachable("its connection cannot be prepared".to_owned()))?
        };
        self.transport.get_or_try_init(make).await
    }
}

async fn in_time(work: impl Future<Output = Result<(), MailError>>) -> Result<(), MailError> {
    timeout(PATIENCE, work).await.unwrap_or(Err(MailError::TimedOut))
}

fn message(from: &Mailbox, mail: &Mail, now: Timestamp) -> Result<Message, MailError> {
    let to = Mailbox::new(None, mail.to.parse().map_err(|_| MailError::Address)?);
    let since = Duration::from_micros(u64::try_from(now.as_micros()).unwrap_or_default());
    // A line break would begin another header.
    let subject = mail.subject.replace(char::is_control, " ");
    let message = Message::builder()
        .from(from.clone())
        .to(to)
        .date(UNIX_EPOCH + since)
        .subject(subject)
        // Nobody's holiday notice is wanted (RFC 3834).
        .raw_header(HeaderValue::new(
            HeaderName::new_from_ascii_str("Auto-Submitted"),
            "auto-generated".to_owned(),
        ));
    let built = match &mail.html {
        Some(html) => message.multipart(MultiPart::alternative_plain_html(mail.text.clone(), html.clone())),
        None => message.header(ContentType::TEXT_PLAIN).body(mail.text.clone()),
    };
    built.map_err(|_| MailError::Address)
}
