//! The guard of a server: a process of its own that removes the server when its owner ends, in whatever way: it waits
//! for the end of a pipe whose other end only the owner holds. The owner's own way to stop the server is the same.

use std::{
    os::unix::process::CommandExt as _,
    path::Path,
    process::{Child, Command, Stdio},
};

use anyhow::{Context, Result, bail};

use super::{Afterwards, account::Account, folder::Folder, install::Programs, server};

/// The argument of this program that makes it a guard.
pub(crate) const COMMAND: &str = "guard-postgres";
/// The last argument of a guard that leaves the databases.
pub(crate) const KEEP: &str = "keep";

/// A running guard. Dropped, it does its work as well, but nobody hears whether it could.
pub(crate) struct Guard {
    process: Child,
}

impl Guard {
    /// Starts the guard of a folder. Comes before anything is put there.
    pub(crate) fn start(programs: &Programs, folder: &Folder) -> Result<Self> {
        let afterwards = if folder.afterwards() == Afterwards::Keep { KEEP } else { "remove" };
        let process = Command::new(std::env::current_exe().context("cannot tell where this program lies")?)
            .arg(COMMAND)
            .arg(programs.folder())
            .arg(folder.path())
            .arg(afterwards)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            // A group of its own: Ctrl-C in the terminal reaches the owner, not the guard.
            .process_group(0)
            .spawn()
            .context("cannot start the guard of the server")?;
        Ok(Self { process })
    }

    /// Lets the guard do its work and waits for it.
    pub(crate) fn release(mut self) -> Result<()> {
        let status = self.finish().context("cannot wait for the guard of the server")?;
        if !status.success() {
            bail!("the server was not removed: its guard failed ({status})");
        }
        Ok(())
    }

    fn finish(&mut self) -> std::io::Result<std::process::ExitStatus> {
        drop(self.process.stdin.take());
        self.process.wait()
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        let _guard_has_reported = self.finish();
    }
}

/// The work of a guard: waits for the owner's end, then stops the server and clears up.
pub(crate) fn watch(programs: &Programs, folder: &Path, afterwards: Afterwards) -> Result<()> {
    let account = Account::detect()?;
    std::io::copy(&mut std::io::stdin().lock(), &mut std::io::sink()).context("cannot watch the owner")?;
    match afterwards {
        Afterwards::Keep => server::halt(programs, &account, folder, server::Halt::Orderly),
        Afterwards::Remove => server::remove(programs, &account, folder),
    }
}
