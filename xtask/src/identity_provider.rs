//! The identity provider of the tests, Debian's `glewlwyd`: installed when it is missing. Each test starts its own.

use std::{path::Path, process::Command};

use anyhow::{Context, Result, bail};

use crate::{debian::Administrator, output, process};

/// The provider, the answer to its package's question that asks for no database, the tool that makes its keys.
const PACKAGES: [&str; 3] = ["glewlwyd", "dbconfig-no-thanks", "rnbyc"];
/// Without it, the package wants to set up a service of its own and fails where it finds no database for it.
const NO_SERVICE: &str = "glewlwyd glewlwyd/config_type select No configuration";
/// The tables that a provider begins with.
const SCHEMA: &str = "/usr/share/dbconfig-common/data/glewlwyd/install/sqlite3";

/// Sees to it that tests can start an identity provider.
pub(crate) fn find_or_install() -> Result<()> {
    if is_there() {
        return Ok(());
    }
    output::note("there is no identity provider for the tests: installing Debian's package");
    install().with_context(|| {
        let packages = PACKAGES.join(" ");
        format!("install the identity provider of the tests (Debian: `apt-get install {packages}`)")
    })?;
    if !is_there() {
        bail!("glewlwyd is installed, and it does not run");
    }
    Ok(())
}

fn install() -> Result<()> {
    let administrator = Administrator::prepare()?;
    administrator.run(&["sh", "-c", r#"echo "$0" | debconf-set-selections"#, NO_SERVICE])?;
    administrator.install_all(&PACKAGES)
}

fn is_there() -> bool {
    let runs = |program: &str| process::read(Command::new(program).arg("--version")).is_ok();
    runs("glewlwyd") && runs("rnbyc") && Path::new(SCHEMA).is_file()
}
