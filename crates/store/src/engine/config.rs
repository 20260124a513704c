//! How to reach a database and how to treat it. The URL may hold a password: it is never repeated in an error.

use std::{path::PathBuf, time::Duration};

use super::{Engine, EngineError, Result};

/// How hard a commit is pressed onto the disk.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Durability {
    /// A commit that was acknowledged survives a power failure.
    #[default]
    Full,
    /// For demonstrations and tests: a crash of the machine may lose or damage everything.
    ThrowAway,
}

/// How to reach a database and how to treat it.
#[derive(Clone, Debug)]
pub struct DbConfig {
    pub(super) target: Target,
    /// SQLite: connections that read, from 2 to 4.
    pub readers: usize,
    /// PostgreSQL: connections in the pool, at least 1. Two more number and follow the log.
    pub pool_size: usize,
    /// How long to wait for the write turn, a lock on the file or a free connection before answering busy.
    pub patience: Duration,
    /// How hard a commit is pressed onto the disk.
    pub durability: Durability,
    /// PostgreSQL: the role that every session takes, so that it owns no table.
    pub app_role: Option<String>,
}

#[derive(Clone, Debug)]
pub(super) enum Target {
    Sqlite(PathBuf),
    Postgres { config: Box<tokio_postgres::Config>, tls: TlsMode },
}

/// What the TLS handshake proves, where there is one. As in libpq, only `verify-full` looks at the certificate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum TlsMode {
    /// Whatever certificate the server shows.
    Unverified,
    /// A certificate for this host from these authorities: a PEM file, or the system's.
    Verified { roots: Option<PathBuf> },
}

impl DbConfig {
    /// Reads `sqlite:PATH` or `postgres://…`; everything else gets its default.
    pub fn from_url(url: &str) -> Result<DbConfig> {
        let target = if let Some(path) = url.strip_prefix("sqlite:") {
            sqlite(path)?
        } else if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            postgres(url)?
        } else {
            return Err(EngineError::config("the URL must start with sqlite: or postgres://"));
        };
        Ok(DbConfig {
            target,
            readers: 4,
            pool_size: 16,
            patience: Duration::from_secs(5),
            durability: Durability::Full,
            app_role: None,
        })
    }

    /// Which engine the URL names.
    pub fn engine(&self) -> Engine {
        match self.target {
            Target::Sqlite(_) => Engine::Sqlite,
            Target::Postgres { .. } => Engine::Postgres,
        }
    }
}

fn sqlite(path: &str) -> Result<Target> {
    let path = path.strip_prefix("//").unwrap_or(path);
    if path.is_empty() || path.starts_with(":memory:") {
        return Err(EngineError::config(
            "sqlite: needs the path of a file; a database in memory has no readers",
        ));
    }
    Ok(Target::Sqlite(PathBuf::from(path)))
}

/// `sslmode` and `sslrootcert` are read here, because the driver knows neither `verify-full` nor certificates.
fn postgres(url: &str) -> Result<Target> {
    // Like the driver: what stands before the first `@` is the name and the password, whatever it contains.
    let after_password = url.find('@').unwrap_or_default();
    let question = url.match_indices('?').map(|(at, _)| at).find(|at| *at > after_password);
    let (base, query) = question.and_then(|at| url.split_at_checked(at)).unwrap_or((url, ""));
    let mut tls = TlsMode::Unverified;
    let mut roots = None;
    let mut kept = Vec::new();
    for option in query.trim_start_matches('?').split('&').filter(|option| !option.is_empty()) {
        match option.split_once('=') {
            Some(("sslmode", "verify-full")) => {
                tls = TlsMode::Verified { roots: None };
                kept.push("sslmode=require");
            }
            Some(("sslmode", "verify-ca" | "allow")) => {
                return Err(EngineError::config("sslmode must be disable, prefer, require or verify-full"));
            }
            Some(("sslrootcert", path)) if path.contains('%') => {
                return Err(EngineError::config("sslrootcert must be a plain path, not percent-encoded"));
            }
            Some(("sslrootcert", path)) => roots = Some(PathBuf::from(path)),
            _ => kept.push(option),
        }
    }
    match (&mut tls, roots) {
        (TlsMode::Verified { roots }, given) => *roots = given,
        (TlsMode::Unverified, None) => {}
        (TlsMode::Unverified, Some(_)) => {
            return Err(EngineError::config("sslrootcert has an effect with sslmode=verify-full only"));
        }
    }
    let plain = if kept.is_empty() { base.to_owned() } else { format!("{base}?{}", kept.join("&")) };
    let config = plain.parse().map_err(|error: tokio_postgres::Error| {
        let reason = std::error::Error::source(&error).map(ToString::to_string).unwrap_or_default();
        EngineError::config(format!("the PostgreSQL URL cannot be read: {reason}"))
    })?;
    Ok(Target::Postgres { config: Box::new(config), tls })
}
