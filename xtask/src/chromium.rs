//! The browser of the tests, Debian's `chromium`: installed when it is missing. Each test starts its own.

use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::{debian::Administrator, output, process};

const PACKAGE: &str = "chromium";

/// Sees to it that tests can start a browser.
pub(crate) fn find_or_install() -> Result<()> {
    if is_there() {
        return Ok(());
    }
    output::note("there is no browser for the tests: installing Debian's package");
    Administrator::prepare()
        .and_then(|administrator| administrator.install(PACKAGE))
        .with_context(|| format!("install the browser of the tests (Debian: `apt-get install {PACKAGE}`)"))?;
    if !is_there() {
        bail!("{PACKAGE} is installed, and it does not run");
    }
    Ok(())
}

fn is_there() -> bool {
    process::read(Command::new("chromium").arg("--version")).is_ok()
}
