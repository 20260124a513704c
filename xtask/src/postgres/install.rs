//! Finds the programs of the PostgreSQL server, and installs Debian's package when there are none. Must not change a
//! machine that has them.

use std::{
    env,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result};

use super::account::Account;
use crate::{debian::Administrator, output};

/// Where Debian keeps one folder per major version.
const DEBIAN_VERSIONS: &str = "/usr/lib/postgresql";
/// The programs without which a folder is of no use.
const NEEDED: [&str; 4] = ["initdb", "pg_ctl", "postgres", "psql"];
/// Read by Debian's package when it is installed: without it, the package creates and starts a cluster of its own.
const NO_CLUSTER: &str = "/etc/postgresql-common/createcluster.d/daybook-tests.conf";
const BY_HAND: &str =
    "install a PostgreSQL server (Debian: `apt-get install postgresql`), then run this again";

/// The folder with the server's programs.
pub(crate) struct Programs {
    folder: PathBuf,
}

impl Programs {
    /// The programs in a folder that is known to have them.
    pub(crate) fn at(folder: PathBuf) -> Self {
        Self { folder }
    }

    /// The folder itself.
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// One of the programs, to be run as an account.
    pub(crate) fn command(&self, account: &Account, program: &str) -> Command {
        account.command(self.folder.join(program))
    }
}

/// The newest server of this machine; installed first if there is none.
pub(crate) fn find_or_install() -> Result<Programs> {
    if let Some(folder) = find() {
        return Ok(Programs::at(folder));
    }
    output::note("there is no PostgreSQL server: installing Debian's package");
    install().context(BY_HAND)?;
    let folder = find()
        .with_context(|| format!("the package brought no server under {DEBIAN_VERSIONS}; {BY_HAND}"))?;
    Ok(Programs::at(folder))
}

fn find() -> Option<PathBuf> {
    let paths = env::var_os("PATH").unwrap_or_default();
    newest_version(Path::new(DEBIAN_VERSIONS))
        .or_else(|| env::split_paths(&paths).find(|folder| folder.is_absolute() && is_complete(folder)))
}

/// The programs' folder of the highest version under `versions/<major>/bin`.
fn newest_version(versions: &Path) -> Option<PathBuf> {
    let entries = versions.read_dir().ok()?.filter_map(std::result::Result::ok);
    let numbered =
        entries.filter_map(|entry| Some((version_number(&entry.file_name().to_string_lossy())?, entry)));
    let usable = numbered
        .map(|(number, entry)| (number, entry.path().join("bin")))
        .filter(|(_, bin)| is_complete(bin));
    usable.max_by_key(|(number, _)| *number).map(|(_, bin)| bin)
}

/// `15` or, before PostgreSQL 10, `9.6`.
fn version_number(name: &str) -> Option<(u32, u32)> {
    let (major, minor) = name.split_once('.').unwrap_or((name, "0"));
    Some((major.parse().ok()?, minor.parse().ok()?))
}

fn is_complete(folder: &Path) -> bool {
    NEEDED.iter().all(|program| folder.join(program).is_file())
}

fn install() -> Result<()> {
    let administrator = Administrator::prepare()?;
    // The package that reads the setting comes first, so that the folder of settings is its own.
    administrator.install("postgresql-common")?;
    administrator.run(&[
        "sh",
        "-c",
        r#"mkdir -p "$(dirname "$0")" && echo 'create_main_cluster = false' > "$0""#,
        NO_CLUSTER,
    ])?;
    let installed = administrator.install("postgresql");
    // A later server that somebody installs for their own use gets its cluster as usual.
    administrator.run(&["rm", "-f", NO_CLUSTER])?;
    installed
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn version(versions: &Path, name: &str, programs: &[&str]) {
        let bin = versions.join(name).join("bin");
        fs::create_dir_all(&bin).unwrap();
        for program in programs {
            fs::write(bin.join(program), "").unwrap();
        }
    }

    #[test]
    fn the_newest_complete_version_is_taken() {
        let versions = tempfile::tempdir().unwrap();
        version(versions.path(), "9.6", &NEEDED);
        version(versions.path(), "15", &NEEDED);
        // A client package alone brings psql without a server.
        version(versions.path(), "17", &["psql"]);
        version(versions.path(), "common", &NEEDED);
        assert_eq!(newest_version(versions.path()), Some(versions.path().join("15/bin")));
    }

    #[test]
    fn a_machine_without_versions_has_none() {
        let versions = tempfile::tempdir().unwrap();
        assert_eq!(newest_version(versions.path()), None);
        assert_eq!(newest_version(&versions.path().join("absent")), None);
    }
}
