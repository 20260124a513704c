//! The mail server of the tests, Debian's `python3-aiosmtpd`: installed when it is missing. Each test starts its own.

use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::{debian::Administrator, output, process};

/// The Python that Debian's packages belong to; `testkit` starts the server with it.
const PYTHON: &str = "/usr/bin/python3";
const PACKAGE: &str = "python3-aiosmtpd";

/// Sees to it that tests can start a mail server.
pub(crate) fn find_or_install() -> Result<()> {
    if is_there() {
        return Ok(());
    }
    output::note("there is no mail server for the tests: installing Debian's package");
    Administrator::prepare().and_then(|administrator| administrator.install(PACKAGE)).with_context(|| {
        format!("install the mail server of the tests (Debian: `apt-get install {PACKAGE}`)")
    })?;
    if !is_there() {
        bail!("{PACKAGE} is installed, and {PYTHON} does not find it");
    }
    Ok(())
}

fn is_there() -> bool {
    process::read(Command::new(PYTHON).args(["-c", "import aiosmtpd"])).is_ok()
}
