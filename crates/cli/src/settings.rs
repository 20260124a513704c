//! What the flags, the environment, the configuration file and the defaults say together, in this order of precedence. The flags
//! have read the environment already. Must not hold a secret that `Debug` shows.

use std::{
    fmt,
    net::SocketAddr,
    path::{Path, PathBuf},
};

use anyhow::Result;
use daybook_http::{HttpConfig, Network};
use daybook_portal::{MailConfig, PasswordConfig, PortalConfig, PublicUrl, SessionConfig};
use daybook_store::DbConfig;
use serde::Deserialize;

use crate::flag::{
    DEFAULT_LISTEN, DatabaseUrl, GlobalFlags, ListenFlag, Location, LogFormat, LogOrigin, PortalFlags,
    PublicUrlFlag, ServeFlags, SmtpUrl, Span, Verbosity,
};

/// The configuration file that is read if it exists.
const DEFAULT_FILE: &str = "daybook.toml";
/// The name of the key file unless another is given.
const KEY_FILE: &str = "daybook.keys";

/// The program was asked wrongly: exit code 2.
#[derive(Debug)]
pub(crate) struct Usage(pub(crate) String);

impl fmt::Display for Usage {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

impl std::error::Error for Usage {}

/// What the configuration file says. Its keys are the names of the flags.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct FileSettings {
    database: Option<DatabaseUrl>,
    key_file: Option<PathBuf>,
    listen: Option<SocketAddr>,
    log_format: Option<LogFormat>,
    public_url: Option<PublicUrl>,
    trusted_proxy: Option<Vec<Network>>,
    smtp_url: Option<SmtpUrl>,
    mail_from: Option<String>,
    log_origin: Option<LogOrigin>,
    session_idle: Option<Span>,
    session_lifetime: Option<Span>,
    argon2_memory_kib: Option<u32>,
    argon2_iterations: Option<u32>,
    /// Where they were read from.
    #[serde(skip)]
    path: Option<PathBuf>,
}

impl FileSettings {
    /// Reads the file that was named, or the default one if it exists.
    pub(crate) fn read(named: Option<&Path>) -> Result<Self> {
        let path = named.unwrap_or(Path::new(DEFAULT_FILE));
        let text = match std::fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound && named.is_none() => {
                return Ok(Self::default());
            }
            Err(error) => return Err(Usage(format!("{}: {error}", path.display())).into()),
        };
        // The message alone: the parser's whole report repeats the line, and that may hold a password.
        let wrong = |error: toml::de::Error| {
            let start = error.span().map_or(0, |span| span.start);
            let line = text.get(..start).unwrap_or_default().matches('\n').count() + 1;
            Usage(format!("{}, line {line}: {}", path.display(), error.message()))
        };
        let settings: Self = toml::from_str(&text).map_err(wrong)?;
        Ok(Self { path: Some(path.to_owned()), ..settings })
    }

    /// The file that was read.
    pub(crate) fn path(&self) -> Option<&Path> {
        self.path.as_deref()
    }
}

/// What holds for this run.
#[derive(Debug)]
pub(crate) struct Settings {
    /// Where the database is.
    pub(crate) database: DatabaseUrl,
    /// Where the keys are.
    pub(crate) key_file: PathBuf,
    /// How log lines are written.
    pub(crate) log_format: LogFormat,
    /// How much is said.
    pub(crate) verbosity: Verbosity,
    /// What was read of the configuration file.
    pub(crate) file: FileSettings,
}

impl Settings {
    /// Flags before file before defaults.
    pub(crate) fn new(flags: GlobalFlags, file: FileSettings) -> Self {
        let database = flags.database.database.or_else(|| file.database.clone()).unwrap_or_default();
        let key_file = flags.key_file.key_file.or_else(|| file.key_file.clone());
        Self {
            key_file: key_file.unwrap_or_else(|| default_key_file(&database)),
            database,
            log_format: flags.log_format.log_format.or(file.log_format).unwrap_or_default(),
            verbosity: flags.verbosity.verbosity(),
            file,
        }
    }

    /// How to reach the database.
    pub(crate) fn db_config(&self) -> Result<DbConfig> {
        DbConfig::from_url(self.database.reveal()).map_err(|error| Usage(error.to_string()).into())
    }

    /// Where to serve HTTP.
    pub(crate) fn listen(&self, flag: &ListenFlag) -> SocketAddr {
        flag.listen.or(self.file.listen).unwrap_or(DEFAULT_LISTEN)
    }

    /// Where a server that listens at `address` is reached.
    pub(crate) fn public_url(&self, flag: &PublicUrlFlag, address: SocketAddr) -> Result<PublicUrl> {
        let named = flag.public_url.as_ref().or(self.file.public_url.as_ref());
        Ok(named.cloned().map_or_else(|| format!("http://{address}").parse(), Ok)?)
    }

    /// How HTTP is served.
    pub(crate) fn http(&self, flags: &ServeFlags) -> HttpConfig {
        let proxies = &flags.trusted_proxy.trusted_proxy;
        let trusted_proxies = if proxies.is_empty() {
            self.file.trusted_proxy.clone().unwrap_or_default()
        } else {
            proxies.clone()
        };
        HttpConfig { trusted_proxies, ..HttpConfig::default() }
    }

    /// What the portal is told, but for where it is reached.
    pub(crate) fn portal_config(&self, flags: &PortalFlags) -> Result<PortalConfig> {
        Ok(PortalConfig {
            sessions: self.session_config(flags)?,
            password: self.password_config(flags)?,
            mail: self.mail_config(flags)?,
            log_origin: flags
                .log_origin
                .as_ref()
                .or(self.file.log_origin.as_ref())
                .map(|name| name.0.clone()),
            ..PortalConfig::default()
        })
    }

    /// Through which server mail is sent; none if none is named.
    pub(crate) fn mail_config(&self, flags: &PortalFlags) -> Result<Option<MailConfig>> {
        let url = flags.smtp_url.as_ref().or(self.file.smtp_url.as_ref());
        // An empty value is how a container's environment leaves a setting out.
        let url = url.filter(|url| !url.reveal().is_empty());
        let from = flags.mail_from.as_ref().or(self.file.mail_from.as_ref());
        match (url, from) {
            (None, _) => Ok(None),
            (Some(_), None) => Err(Usage("--smtp-url needs --mail-from, the sender".to_owned()).into()),
            (Some(url), Some(from)) => MailConfig::parse(url.reveal(), from)
                .map(Some)
                .map_err(|error| Usage(format!("the mail settings are wrong: {error}")).into()),
        }
    }

    fn session_config(&self, flags: &PortalFlags) -> Result<SessionConfig> {
        let default = SessionConfig::default();
        let idle = flags.session_idle.or(self.file.session_idle);
        let lifetime = flags.session_lifetime.or(self.file.session_lifetime);
        SessionConfig::new(
            idle.map_or(default.idle_seconds(), |span| span.seconds),
            lifetime.map_or(default.lifetime_seconds(), |span| span.seconds),
        )
        .map_err(|error| Usage(format!("--session-idle and --session-lifetime: {error}")).into())
    }

    fn password_config(&self, flags: &PortalFlags) -> Result<PasswordConfig> {
        let default = PasswordConfig::default();
        let memory = flags.argon2_memory_kib.or(self.file.argon2_memory_kib);
        let iterations = flags.argon2_iterations.or(self.file.argon2_iterations);
        PasswordConfig::new(
            memory.unwrap_or(default.memory_kib()),
            iterations.unwrap_or(default.iterations()),
            default.parallelism(),
        )
        .map_err(|error| Usage(format!("--argon2-memory-kib and --argon2-iterations: {error}")).into())
    }
}

/// Beside the database where that is a file, else in the working folder.
fn default_key_file(database: &DatabaseUrl) -> PathBuf {
    match database.location() {
        Location::File(path) => path.with_file_name(KEY_FILE),
        Location::Server => PathBuf::from(KEY_FILE),
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    /// What holds with these flags and this file, for a server at one address.
    fn http(flags: &[&str], file: &str) -> (String, Vec<Network>) {
        #[derive(Parser)]
        struct Flags {
            #[command(flatten)]
            global: GlobalFlags,
            #[command(flatten)]
            serve: ServeFlags,
        }
        let flags = Flags::parse_from(["daybook"].iter().chain(flags));
        let settings = Settings::new(flags.global, toml::from_str(file).unwrap());
        let url = settings.public_url(&flags.serve.public_url, "127.0.0.1:8401".parse().unwrap()).unwrap();
        (url.origin(), settings.http(&flags.serve).trusted_proxies)
    }

    #[test]
    fn where_it_is_reached_is_where_it_listens_unless_something_is_said() {
        let networks = |texts: &[&str]| texts.iter().map(|text| text.parse().unwrap()).collect::<Vec<_>>();
        assert_eq!(http(&[], ""), ("http://127.0.0.1:8401".to_owned(), vec![]));
        let file = "public-url = 'https://file.example.com'\ntrusted-proxy = ['10.0.0.0/8', '::1']";
        assert_eq!(
            http(&[], file),
            ("https://file.example.com".to_owned(), networks(&["10.0.0.0/8", "::1"]))
        );
        let flags = [
            "--public-url",
            "https://flag.example.com",
            "--trusted-proxy",
            "192.0.2.1",
            "--trusted-proxy",
            "::1,::2",
        ];
        let (origin, proxies) = http(&flags, file);
        assert_eq!(
            (origin.as_str(), proxies),
            ("https://flag.example.com", networks(&["192.0.2.1", "::1", "::2"]))
        );
    }

    #[test]
    fn the_key_file_lies_beside_the_database_file() {
        let beside = |url: &str| default_key_file(&url.parse().unwrap());
        assert_eq!(beside("sqlite:daybook.db"), Path::new("daybook.keys"));
        assert_eq!(beside("sqlite:/var/lib/daybook/one.db"), Path::new("/var/lib/daybook/daybook.keys"));
        assert_eq!(beside("postgres://db/daybook"), Path::new("daybook.keys"));
    }

    #[test]
    fn debug_shows_no_password() {
        let text = "database = 'postgres://ada:s3cret@db/daybook'\nsmtp-url = 'smtp://ada:s3cret@mail'";
        let file: FileSettings = toml::from_str(text).unwrap();
        assert!(!format!("{file:?}").contains("s3cret"), "{file:?}");
    }
}
