//! `strace`, with which tests let system calls fail: Debian's package, installed when it is missing.

use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::{debian::Administrator, output, process};

const PACKAGE: &str = "strace";

/// Sees to it that tests can let system calls fail.
pub(crate) fn find_or_install() -> Result<()> {
    if !is_there() {
        output::note("there is no strace for the tests: installing Debian's package");
        Administrator::prepare().and_then(|administrator| administrator.install(PACKAGE)).with_context(
            || format!("install what lets system calls fail in tests (Debian: `apt-get install {PACKAGE}`)"),
        )?;
    }
    // A container can have it and forbid it.
    let mut tried = Command::new(PACKAGE);
    if process::read(tried.args(["-qq", "-e", "trace=none", "true"])).is_err() {
        bail!(
            "strace may not look at another process here: tests need ptrace (in a container, the capability SYS_PTRACE)"
        );
    }
    Ok(())
}

fn is_there() -> bool {
    process::read(Command::new(PACKAGE).arg("--version")).is_ok()
}
