//! One server in one folder: created, started, asked, stopped, removed. Listens on the loopback interface alone.

use std::{
    fs::{self, OpenOptions},
    io::{ErrorKind, Write as _},
    net::{Ipv4Addr, TcpListener},
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, bail};

use super::{Durability, account::Account, folder::Folder, guard::Guard, install::Programs};
use crate::process;

/// What every server is started with.
const SETTINGS: &str = "
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
max_connections = 300
";
/// Nothing survives a power failure, and nothing needs to: the databases are made anew in every run. The write-ahead log that is not
/// needed any more is removed, not kept for later under another name: tests of erasure search it.
const THROW_AWAY: &str = "
fsync = off
synchronous_commit = off
full_page_writes = off
wal_recycle = off
min_wal_size = 32MB
max_wal_size = 256MB
";
/// As a server stands in production, with room for what a short measurement writes.
const DURABLE: &str = "
fsync = on
synchronous_commit = on
full_page_writes = on
shared_buffers = 512MB
max_wal_size = 4GB
";
/// How long the server may take to start or stop, in seconds.
const PATIENCE: &str = "60";
/// A port that was free may be taken before the server binds it.
const PORTS_TRIED: u32 = 5;

/// A running server.
pub(crate) struct Server {
    url: String,
    log: PathBuf,
    // Dropped first: the folder's lock is held until its server is gone.
    guard: Guard,
    _folder: Folder,
}

/// How a server ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Halt {
    /// At once: its files are about to be removed.
    Immediate,
    /// With its files in order for the next start.
    Orderly,
}

impl Server {
    /// Creates the databases if there are none yet, starts the server and waits until it answers.
    pub(crate) fn start(
        programs: &Programs,
        account: &Account,
        folder: Folder,
        durability: Durability,
    ) -> Result<Self> {
        let guard = Guard::start(programs, &folder)?;
        let data = data(folder.path());
        // A kept folder may hold a server whose owner and guard were both cut off.
        halt(programs, account, folder.path(), Halt::Orderly)?;
        if !data.join("PG_VERSION").exists() {
            initialise(programs, account, &data, durability)?;
        }
        let log = folder.path().join("server.log");
        let port = launch(programs, account, &data, &log)?;
        let url = format!("postgres://postgres@{}:{port}/postgres", Ipv4Addr::LOCALHOST);
        let answered = process::read(programs.command(account, "psql").args([
            "-X",
            "-A",
            "-t",
            "-c",
            "SHOW data_directory",
            "-d",
            &url,
        ]))?;
        if Path::new(&answered) != data {
            bail!("{url} is answered by the server in {answered}, not by the one in {}", data.display());
        }
        Ok(Self { url, log, guard, _folder: folder })
    }

    /// Where programs connect: an account that may create databases.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// The server's log, for as long as it runs.
    pub(crate) fn log(&self) -> &Path {
        &self.log
    }

    /// Stops the server, and removes its databases unless they are to be kept.
    pub(crate) fn stop(self) -> Result<()> {
        self.guard.release()
    }
}

/// Stops the server of a folder if it runs, and removes the folder.
pub(crate) fn remove(programs: &Programs, account: &Account, folder: &Path) -> Result<()> {
    halt(programs, account, folder, Halt::Immediate)?;
    match fs::remove_dir_all(folder) {
        // Somebody else may be removing it too: the guard, and a new run that found its owner gone.
        Err(error) if error.kind() != ErrorKind::NotFound && folder.exists() => {
            Err(error).with_context(|| format!("cannot remove {}", folder.display()))
        }
        _ => Ok(()),
    }
}

/// Stops the server of a folder if it runs.
pub(crate) fn halt(programs: &Programs, account: &Account, folder: &Path, how: Halt) -> Result<()> {
    let data = data(folder);
    if !is_running(&data) {
        return Ok(());
    }
    let mode = if how == Halt::Immediate { "immediate" } else { "fast" };
    let stopped = process::read(
        programs
            .command(account, "pg_ctl")
            .args(["stop", "-s", "-w", "-t", PATIENCE, "-m", mode, "-D"])
            .arg(&data),
    );
    if is_running(&data) { stopped.map(drop) } else { Ok(()) }
}

fn data(folder: &Path) -> PathBuf {
    folder.join("data")
}

/// Whether the process that the folder names runs, and is its server: after a crash, the id may belong to another.
fn is_running(data: &Path) -> bool {
    let Ok(file) = fs::read_to_string(data.join("postmaster.pid")) else { return false };
    let process = file.lines().next().unwrap_or_default();
    let command = fs::read(format!("/proc/{process}/cmdline")).unwrap_or_default();
    let mut arguments = command.split(|byte| *byte == 0);
    arguments.any(|argument| argument == data.as_os_str().as_encoded_bytes())
}

fn initialise(programs: &Programs, account: &Account, data: &Path, durability: Durability) -> Result<()> {
    let fixed = ["-A", "trust", "-U", "postgres", "--no-sync", "--locale=C", "--encoding=UTF8", "-D"];
    process::read(programs.command(account, "initdb").args(fixed).arg(data))?;
    let path = data.join("postgresql.conf");
    let mut settings = OpenOptions::new().append(true).open(&path).context("initdb made no settings file")?;
    let durable = if durability == Durability::Full { DURABLE } else { THROW_AWAY };
    let all = [SETTINGS, durable].concat();
    settings.write_all(all.as_bytes()).with_context(|| format!("cannot write {}", path.display()))
}

/// Starts the server on a free port and returns the port once connections are accepted.
fn launch(programs: &Programs, account: &Account, data: &Path, log: &Path) -> Result<u16> {
    for _ in 0..PORTS_TRIED {
        let port = free_port()?;
        let mut command = programs.command(account, "pg_ctl");
        command.args(["start", "-s", "-w", "-t", PATIENCE, "-o", &format!("-p {port}"), "-l"]).arg(log);
        let Err(error) = process::read(command.arg("-D").arg(data)) else { return Ok(port) };
        let written = fs::read_to_string(log).unwrap_or_default();
        if !written.contains("Address already in use") {
            bail!("{error}\nthe end of its log:\n{}", last_lines(&written, 20));
        }
        fs::remove_file(log).context("cannot remove the log of a failed start")?;
    }
    bail!("{PORTS_TRIED} ports that were free were taken before the server could use them")
}

fn free_port() -> Result<u16> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).context("no port is free on 127.0.0.1")?;
    Ok(listener.local_addr().context("a bound port has no number")?.port())
}

fn last_lines(text: &str, count: usize) -> String {
    let lines: Vec<&str> = text.lines().collect();
    lines.iter().skip(lines.len().saturating_sub(count)).copied().collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_process_id_that_now_belongs_to_another_program_is_not_the_server() {
        let folder = tempfile::tempdir().unwrap();
        assert!(!is_running(folder.path()), "no process is named");
        fs::write(folder.path().join("postmaster.pid"), format!("{}\n", std::process::id())).unwrap();
        assert!(!is_running(folder.path()), "this very process is no server");
    }

    #[test]
    fn the_end_of_a_log_is_shown() {
        assert_eq!(last_lines("one\ntwo\nthree\n", 2), "two\nthree");
        assert_eq!(last_lines("one\n", 2), "one");
    }
}
