//! Installing Debian's packages: what the tests need and the machine lacks. Must not change a machine that lacks nothing.

use std::process::Command;

use anyhow::{Result, bail};

use crate::process;

/// Whoever may install packages on this machine: root, or somebody who becomes root with sudo.
pub(crate) struct Administrator {
    is_root: bool,
}

impl Administrator {
    /// This process, if it can install anything; the package lists are then up to date.
    pub(crate) fn prepare() -> Result<Self> {
        if process::read(Command::new("apt-get").arg("--version")).is_err() {
            bail!("there is no apt-get on this machine");
        }
        let is_root = process::read(Command::new("id").arg("-u"))? == "0";
        if !is_root && process::read(Command::new("sudo").arg("--version")).is_err() {
            bail!("this needs root, and there is no sudo on this machine");
        }
        let this = Self { is_root };
        this.apt(&["update"])?;
        Ok(this)
    }

    /// Installs a package with what it cannot do without.
    pub(crate) fn install(&self, package: &str) -> Result<()> {
        self.install_all(&[package])
    }

    /// Installs packages in one go: where one can stand for what another asks for, it is taken.
    pub(crate) fn install_all(&self, packages: &[&str]) -> Result<()> {
        self.apt(&[&["install", "--no-install-recommends"], packages].concat())
    }

    /// Runs a program as root.
    pub(crate) fn run(&self, words: &[&str]) -> Result<()> {
        process::stream(&mut as_root(self.is_root, words))
    }

    fn apt(&self, words: &[&str]) -> Result<()> {
        let fixed =
            ["env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-q", "-y", "-o", "DPkg::Lock::Timeout=300"];
        self.run(&[&fixed, words].concat())
    }
}

fn as_root(is_root: bool, words: &[&str]) -> Command {
    let mut words = words.iter();
    let program = if is_root { words.next().copied().unwrap_or_default() } else { "sudo" };
    let mut command = Command::new(program);
    command.args(words);
    command
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sudo_is_used_by_everyone_but_root() {
        assert_eq!(as_root(true, &["rm", "-f"]).get_program(), "rm");
        let with_sudo = as_root(false, &["rm", "-f"]);
        assert_eq!(with_sudo.get_program(), "sudo");
        assert_eq!(with_sudo.get_args().collect::<Vec<_>>(), ["rm", "-f"]);
    }
}
