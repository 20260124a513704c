//! Where mail is sent through, and from whom. Must not show the password.

use std::{borrow::Cow, fmt, net::IpAddr, time::Duration};

use lettre::{
    AsyncSmtpTransport, Tokio1Executor,
    message::Mailbox,
    transport::smtp::{
        authentication::Credentials,
        client::{Tls, TlsParameters},
    },
};
use url::Url;

use super::MailError;

/// The mail server and the sender. `Debug` shows neither user nor password.
#[derive(Clone, PartialEq, Eq)]
pub struct MailConfig {
    host: String,
    port: u16,
    security: Security,
    credentials: Option<Credentials>,
    pub(super) from: Mailbox,
}

/// How the connection is kept from others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Security {
    /// TLS from the first byte.
    Tls,
    /// STARTTLS, or nothing is sent.
    StartTls,
    /// Not at all.
    Plain,
}

/// Why the settings of mail cannot be used. Quotes nothing: the URL holds a password.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum MailConfigError {
    /// Not a URL of a mail server.
    #[error(
        "expected smtp://USER:PASSWORD@HOST:PORT or smtps://USER:PASSWORD@HOST:PORT, user and password percent-encoded or left out"
    )]
    Url,
    /// Something after the `?` that has no meaning.
    #[error("the only option of a mail server's URL is tls=required or tls=none, for smtp:// alone")]
    Option,
    /// The sender is no address.
    #[error("expected the sender as portal@example.com or Daybook <portal@example.com>")]
    From,
}

impl fmt::Debug for MailConfig {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "MailConfig({self} from {})", self.from)
    }
}

impl fmt::Display for MailConfig {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scheme = if self.security == Security::Tls { "smtps" } else { "smtp" };
        write!(out, "{scheme}://{}:{}", self.host, self.port)
    }
}

impl MailConfig {
    /// The server of this URL and the sender. `smtps://` speaks TLS from the first byte. `smtp://` begins without and then demands
    /// STARTTLS, unless the server is on this machine or the URL ends in `?tls=none`.
    pub fn parse(url: &str, from: &str) -> Result<Self, MailConfigError> {
        let url = Url::parse(url.trim()).map_err(|_| MailConfigError::Url)?;
        let host = url.host_str().filter(|host| !host.is_empty()).ok_or(MailConfigError::Url)?;
        let host = host.trim_start_matches('[').trim_end_matches(']').to_owned();
        if !matches!(url.path(), "" | "/") || url.fragment().is_some() {
            return Err(MailConfigError::Url);
        }
        let (security, usual_port) = match (url.scheme(), url.query()) {
            ("smtps", None) => (Security::Tls, 465),
            ("smtp", None) if is_this_machine(&host) => (Security::Plain, 25),
            ("smtp", None | Some("tls=required")) => (Security::StartTls, 587),
            ("smtp", Some("tls=none")) => (Security::Plain, 25),
            ("smtp" | "smtps", Some(_)) => return Err(MailConfigError::Option),
            _ => return Err(MailConfigError::Url),
        };
        Ok(Self {
            port: url.port().unwrap_or(usual_port),
            credentials: credentials(&url)?,
            from: from.trim().parse().map_err(|_| MailConfigError::From)?,
            host,
            security,
        })
    }

    /// Reads the machine's certificates, unless TLS is not wanted.
    pub(super) fn transport(
        &self,
        patience: Duration,
    ) -> Result<AsyncSmtpTransport<Tokio1Executor>, MailError> {
        let parameters = || TlsParameters::new(self.host.clone());
        let tls = match self.security {
            Security::Tls => Tls::Wrapper(parameters()?),
            Security::StartTls => Tls::Required(parameters()?),
            Security::Plain => Tls::None,
        };
        let mut transport = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(self.host.clone())
            .port(self.port)
            .tls(tls)
            .timeout(Some(patience));
        if let Some(credentials) = &self.credentials {
            transport = transport.credentials(credentials.clone());
        }
        Ok(transport.build())
    }
}

fn is_this_machine(host: &str) -> bool {
    host.eq_ignore_ascii_case("localhost")
        || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

fn credentials(url: &Url) -> Result<Option<Credentials>, MailConfigError> {
    let decoded = |text: &str| {
        let decoded = percent_encoding::percent_decode_str(text).decode_utf8();
        decoded.map(Cow::into_owned).map_err(|_| MailConfigError::Url)
    };
    match (url.username(), url.password()) {
        ("", None) => Ok(None),
        (user, Some(password)) if !user.is_empty() => {
            Ok(Some(Credentials::new(decoded(user)?, decoded(password)?)))
        }
        _ => Err(MailConfigError::Url),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FROM: &str = "Daybook <portal@example.com>";

    fn parse(url: &str) -> Result<MailConfig, MailConfigError> {
        MailConfig::parse(url, FROM)
    }

    #[test]
    fn a_url_names_server_security_and_account() {
        for (url, shown, security) in [
            ("smtps://ada:s3cret@mail.example.com", "smtps://mail.example.com:465", Security::Tls),
            ("smtp://ada:s3cret@mail.example.com", "smtp://mail.example.com:587", Security::StartTls),
            ("smtp://mail.example.com:2525/", "smtp://mail.example.com:2525", Security::StartTls),
            ("smtp://relay.internal?tls=none", "smtp://relay.internal:25", Security::Plain),
            ("smtp://localhost", "smtp://localhost:25", Security::Plain),
            ("smtp://[::1]:1025", "smtp://::1:1025", Security::Plain),
            ("smtp://127.0.0.1:1025?tls=required", "smtp://127.0.0.1:1025", Security::StartTls),
        ] {
            let config = parse(url).unwrap();
            assert_eq!((config.to_string().as_str(), config.security), (shown, security), "{url}");
            assert!(config.transport(Duration::from_secs(1)).is_ok(), "{url}");
        }
        let config = parse("smtp://ada%40example.com:s3c%2Fret@mail.example.com").unwrap();
        let expected = Credentials::new("ada@example.com".to_owned(), "s3c/ret".to_owned());
        assert_eq!(config.credentials, Some(expected));
    }

    #[test]
    fn anything_else_is_refused_without_repeating_it() {
        use MailConfigError::{From, Option, Url};
        for (url, error) in [
            ("", Url),
            ("s3cret", Url),
            ("http://ada:s3cret@mail.example.com", Url),
            ("smtp:mail.example.com", Url),
            ("smtp://", Url),
            ("smtp://ada:s3cret@", Url),
            ("smtp://ada@mail.example.com", Url),
            ("smtp://:s3cret@mail.example.com", Url),
            ("smtp://ada:s3%ffcret@mail.example.com", Url),
            ("smtp://mail.example.com:port", Url),
            ("smtp://mail.example.com/path", Url),
            ("smtp://mail.example.com?tls=maybe", Option),
            ("smtps://mail.example.com?tls=none", Option),
        ] {
            let refused = parse(url).unwrap_err();
            assert_eq!(refused, error, "{url}");
            assert!(!refused.to_string().contains("s3cret"));
        }
        for from in ["", "portal", "Daybook", "Daybook <portal>", "a@b@c.de"] {
            assert_eq!(MailConfig::parse("smtp://localhost", from), Err(From), "{from}");
        }
    }

    #[test]
    fn debug_shows_no_password() {
        let config = parse("smtps://ada:s3cret@mail.example.com").unwrap();
        let shown = format!("{config:?} {:?}", super::super::Mailer::new(config.clone()));
        assert!(shown.contains("mail.example.com:465") && !shown.contains("s3cret"), "{shown}");
        assert!(!shown.contains("ada"), "{shown}");
    }
}
