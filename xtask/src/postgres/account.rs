//! The account that the server runs as. PostgreSQL refuses to run as root, so root hands it to the account `postgres`.

use std::{
    ffi::OsStr,
    os::unix::{fs::chown, process::CommandExt as _},
    path::Path,
    process::Command,
};

use anyhow::{Context, Result};

use crate::process;

/// Who runs the server's programs and owns its files.
pub(crate) struct Account {
    /// The user that runs this program.
    user: u32,
    /// User and group to change to; none when this program does not run as root.
    other: Option<(u32, u32)>,
}

impl Account {
    /// The account for this process: itself, or `postgres` when it is root.
    pub(crate) fn detect() -> Result<Self> {
        let user = id(&["-u"])?;
        if user != 0 {
            return Ok(Self { user, other: None });
        }
        let ids = id(&["-u", "postgres"]).and_then(|user| Ok((user, id(&["-g", "postgres"])?)));
        let other = ids.context(
            "PostgreSQL refuses to run as root and there is no account `postgres` to run it: \
             install Debian's package `postgresql`, or run this command as another user",
        )?;
        Ok(Self { user, other: Some(other) })
    }

    /// The user that runs this program, for names of files that users must not share.
    pub(crate) fn user(&self) -> u32 {
        self.user
    }

    /// A program that will run as this account, without the environment of whoever started us: `PGPORT` and its kin
    /// would redirect it.
    pub(crate) fn command(&self, program: impl AsRef<OsStr>) -> Command {
        let mut command = Command::new(program);
        command.env_clear().env("LC_ALL", "C").current_dir("/");
        if let Some(path) = std::env::var_os("PATH") {
            command.env("PATH", path);
        }
        if let Some((user, group)) = self.other {
            // As root, this also drops the supplementary groups.
            command.uid(user).gid(group);
        }
        command
    }

    /// Whether a file with this owner is this program's own or its server's.
    pub(crate) fn owns(&self, owner: u32) -> bool {
        owner == self.user || self.other.is_some_and(|(user, _)| owner == user)
    }

    /// Makes the account the owner of a file or folder.
    pub(crate) fn give(&self, path: &Path) -> Result<()> {
        let Some((user, group)) = self.other else { return Ok(()) };
        chown(path, Some(user), Some(group)).with_context(|| format!("cannot give {} away", path.display()))
    }

    /// Whether the account can reach the folder and write in it.
    pub(crate) fn can_write(&self, folder: &Path) -> bool {
        process::read(self.command("test").arg("-w").arg(folder)).is_ok()
    }
}

fn id(arguments: &[&str]) -> Result<u32> {
    let printed = process::read(Command::new("id").args(arguments))?;
    printed.parse().with_context(|| format!("`id` printed `{printed}`, which is not a number"))
}
