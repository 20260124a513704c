//! `--database`: where the database is. The URL may hold a password: it is shown without.

use std::{convert::Infallible, fmt, path::PathBuf, str::FromStr};

use serde::Deserialize;

/// `--database URL`.
#[derive(Debug, clap::Args)]
pub(crate) struct DatabaseFlag {
    /// Where the database is [default: sqlite:daybook.db]
    ///
    /// `sqlite:PATH` or `postgres://USER@HOST/NAME`, with `sslmode=verify-full` where the network is not to be trusted. A password is better kept in the environment variable or in the configuration file: everybody on the machine can read
    /// the flags of a program.
    #[arg(long, global = true, value_name = "URL", env = "DAYBOOK_DATABASE_URL", hide_env_values = true, help_heading = super::HEADING)]
    pub(crate) database: Option<DatabaseUrl>,
}

/// The URL of a database. `Debug` and `Display` show neither user nor password.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub(crate) struct DatabaseUrl(String);

/// What a URL names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Location {
    /// A file on this machine.
    File(PathBuf),
    /// A server.
    Server,
}

impl DatabaseUrl {
    /// The whole URL, for opening the database.
    pub(crate) fn reveal(&self) -> &str {
        &self.0
    }

    /// What it names.
    pub(crate) fn location(&self) -> Location {
        match self.0.strip_prefix("sqlite:") {
            Some(path) => Location::File(PathBuf::from(path.strip_prefix("//").unwrap_or(path))),
            None => Location::Server,
        }
    }
}

impl Default for DatabaseUrl {
    fn default() -> Self {
        Self("sqlite:daybook.db".to_owned())
    }
}

impl FromStr for DatabaseUrl {
    type Err = Infallible;

    /// Takes any text: an error of the argument parser would show it.
    fn from_str(text: &str) -> Result<Self, Infallible> {
        Ok(Self(text.to_owned()))
    }
}

impl fmt::Display for DatabaseUrl {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.starts_with("sqlite:") {
            return out.write_str(&self.0);
        }
        let Some((scheme, rest)) = self.0.split_once("://") else { return out.write_str("…") };
        let end = rest.find('?').unwrap_or(rest.len());
        let shown = match rest.match_indices('@').map(|(at, _)| at).collect::<Vec<_>>().as_slice() {
            [] => rest.get(..end),
            [at] if *at < end => rest.get(at + 1..end),
            // What is host and what is password cannot be told apart with certainty.
            _ => None,
        };
        write!(out, "{scheme}://{}", shown.unwrap_or("…"))
    }
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, out)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neither_user_nor_password_is_shown() {
        for (url, shown) in [
            ("sqlite:daybook.db", "sqlite:daybook.db"),
            ("postgres://db.example.com/daybook", "postgres://db.example.com/daybook"),
            ("postgres://ada:s3cret@db:5432/daybook?sslmode=require", "postgres://db:5432/daybook"),
            ("postgres://ada:s3cr@et@db/daybook", "postgres://…"),
            ("postgres://ada:s3c?ret@db/daybook", "postgres://…"),
            ("postgres://db/daybook?user=ada&password=s3cret", "postgres://db/daybook"),
            ("postgres://db/daybook?user=ada&password=s3cr@et", "postgres://…"),
            ("s3cret", "…"),
        ] {
            let url: DatabaseUrl = url.parse().unwrap();
            assert_eq!((url.to_string().as_str(), format!("{url:?}").as_str()), (shown, shown));
        }
    }

    #[test]
    fn a_url_names_a_file_or_a_server() {
        let location = |url: &str| url.parse::<DatabaseUrl>().unwrap().location();
        assert_eq!(location("sqlite:a/b.db"), Location::File("a/b.db".into()));
        assert_eq!(location("sqlite:///a/b.db"), Location::File("/a/b.db".into()));
        assert_eq!(location("postgres://db/daybook"), Location::Server);
    }
}
