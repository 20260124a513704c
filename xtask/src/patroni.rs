//! What fails over between the PostgreSQL servers of a test: Debian's `patroni`, with `etcd` for its memory; installed when they are missing.
//! Each test starts its own.

use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::{debian::Administrator, output, process};

const PACKAGES: [&str; 2] = ["patroni", "etcd-server"];
/// The package starts a service on every machine that has services; nobody has asked for that.
const NO_SERVICE: &str = "if command -v systemctl >/dev/null; then systemctl disable --now etcd || true; fi";

/// Sees to it that tests can have servers that Patroni looks after.
pub(crate) fn find_or_install() -> Result<()> {
    if is_there() {
        return Ok(());
    }
    output::note("there is no Patroni for the tests: installing Debian's packages");
    install().with_context(|| {
        format!("install what fails over in tests (Debian: `apt-get install {}`)", PACKAGES.join(" "))
    })?;
    if !is_there() {
        bail!("{} are installed, and they do not run", PACKAGES.join(" and "));
    }
    Ok(())
}

fn install() -> Result<()> {
    let administrator = Administrator::prepare()?;
    administrator.install_all(&PACKAGES)?;
    administrator.run(&["sh", "-c", NO_SERVICE])
}

fn is_there() -> bool {
    let runs = |program: &str| process::read(Command::new(program).arg("--version")).is_ok();
    runs("patroni") && runs("etcd")
}
