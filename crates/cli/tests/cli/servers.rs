//! PostgreSQL servers of a test's own, which it may kill and replace: made with the programs of the server of all tests, and run as its
//! account.

use std::{
    ffi::OsStr,
    fs,
    net::TcpListener,
    os::unix::fs::{MetadataExt, chown},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::Instant,
};

use rustix::process::{Pid, Signal, getuid, kill_process};
use tempfile::TempDir;

use crate::{
    postgres::{self, execute, try_execute},
    program::PATIENCE,
};

/// As a server of tests, which a crash of the machine may damage, but with what replication needs.
const SETTINGS: &str = "
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
fsync = off
wal_keep_size = 64MB
wal_receiver_status_interval = 1s
wal_retrieve_retry_interval = 100ms
max_wal_size = 256MB
";

/// The programs of PostgreSQL, and who runs them.
pub(crate) struct Programs {
    folder: PathBuf,
    user: u32,
    group: u32,
}

impl Programs {
    pub(crate) fn find() -> Self {
        let admin = postgres::server();
        let ask = |sql| PathBuf::from(execute(&admin, sql).remove(0));
        let owner = fs::metadata(ask("SHOW data_directory")).unwrap();
        let folder = ask("SELECT setting FROM pg_config() WHERE name = 'BINDIR'");
        Self { folder, user: owner.uid(), group: owner.gid() }
    }

    /// A program of PostgreSQL, or another one, as the account that runs the servers.
    pub(crate) fn command(&self, program: impl AsRef<OsStr>) -> Command {
        let program = self.folder.join(program.as_ref());
        let mut command = if getuid().is_root() {
            let mut changed = Command::new("setpriv");
            changed.args([format!("--reuid={}", self.user), format!("--regid={}", self.group)]);
            changed.arg("--clear-groups").arg(program);
            changed
        } else {
            Command::new(program)
        };
        let path = format!("{}:/usr/bin:/bin", self.folder.display());
        command.env_clear().env("PATH", path).env("LC_ALL", "C").current_dir("/").stdin(Stdio::null());
        command
    }

    pub(crate) fn run(&self, program: &str, arguments: &[&str]) {
        let output = self.command(program).args(arguments).output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{program} {arguments:?}: {said}");
    }

    /// A folder that belongs to the account.
    pub(crate) fn folder(&self) -> TempDir {
        let folder = TempDir::new().unwrap();
        if getuid().is_root() {
            chown(folder.path(), Some(self.user), Some(self.group)).unwrap();
        }
        folder
    }

    pub(crate) fn bin(&self) -> &Path {
        &self.folder
    }
}

/// Ports that are free now.
pub(crate) fn free_ports<const N: usize>() -> [u16; N] {
    // All are bound before the first is let go, so that they differ.
    let listeners = [(); N].map(|()| TcpListener::bind("127.0.0.1:0").unwrap());
    listeners.map(|listener| listener.local_addr().unwrap().port())
}

/// Where whoever writes finds the server that takes it, of several.
pub(crate) fn url(ports: &[u16], database: &str) -> String {
    let places: Vec<String> = ports.iter().map(|port| format!("127.0.0.1:{port}")).collect();
    format!("postgres://postgres@{}/{database}?target_session_attrs=read-write", places.join(","))
}

/// Kills a server as a failing machine does.
pub(crate) fn kill_postmaster(data: &Path) {
    let file = fs::read_to_string(data.join("postmaster.pid")).unwrap();
    kill_with_children(Pid::from_raw(file.lines().next().unwrap().parse().unwrap()).unwrap());
}

/// Kills a process and what it has started at once: none of them says goodbye.
pub(crate) fn kill_with_children(parent: Pid) {
    kill_process(parent, Signal::STOP).unwrap();
    let number = parent.as_raw_pid();
    let children = fs::read_to_string(format!("/proc/{number}/task/{number}/children")).unwrap();
    for child in children.split_whitespace() {
        // One that has ended by itself is as good.
        let _ = kill_process(Pid::from_raw(child.parse().unwrap()).unwrap(), Signal::KILL);
    }
    kill_process(parent, Signal::KILL).unwrap();
}

/// Asks again and again.
pub(crate) fn until(what: &str, mut is_so: impl FnMut() -> bool) {
    let started = Instant::now();
    while !is_so() {
        assert!(started.elapsed() < PATIENCE, "never: {what}");
        std::thread::yield_now();
    }
}

/// One server in a folder of its own; stopped with this, and when the test's process ends.
pub(crate) struct Server<'a> {
    name: &'static str,
    port: u16,
    programs: &'a Programs,
    /// Ends the server when its input ends.
    guard: Option<Child>,
    folder: TempDir,
}

impl<'a> Server<'a> {
    /// A primary.
    pub(crate) fn primary(programs: &'a Programs, name: &'static str, port: u16) -> Self {
        let folder = programs.folder();
        let data = folder.path().join("data");
        let data = data.to_str().unwrap();
        programs.run(
            "initdb",
            &["-A", "trust", "-U", "postgres", "--no-sync", "--locale=C", "-E", "UTF8", "-D", data],
        );
        Self { name, port, programs, guard: None, folder }.launch("")
    }

    /// A standby of whichever server of these takes writes; `self` may have lain at its port before.
    pub(crate) fn standby(programs: &'a Programs, name: &'static str, port: u16, all: &[u16]) -> Self {
        let folder = programs.folder();
        let data = folder.path().join("data");
        let source = url(all, "postgres");
        let data_text = data.to_str().unwrap();
        programs.run(
            "pg_basebackup",
            &["-d", &source, "-X", "stream", "-c", "fast", "--no-sync", "-D", data_text],
        );
        fs::write(data.join("standby.signal"), "").unwrap();
        let settings = format!("primary_conninfo = '{source}&application_name={name}'\n");
        Self { name, port, programs, guard: None, folder }.launch(&settings)
    }

    fn launch(mut self, more: &str) -> Self {
        let data = self.data();
        let path = data.join("postgresql.conf");
        let settings = fs::read_to_string(&path).unwrap();
        fs::write(&path, format!("{settings}{SETTINGS}port = {}\n{more}", self.port)).unwrap();
        let (data, log) = (data.display().to_string(), self.log().display().to_string());
        let stop = format!("cat; {}/pg_ctl stop -s -m immediate -D {data}", self.programs.bin().display());
        let mut guard = self.programs.command("/bin/sh");
        let guard =
            guard.args(["-c", &stop]).stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
        self.guard = Some(guard.spawn().unwrap());
        self.programs.run("pg_ctl", &["start", "-s", "-w", "-t", "120", "-D", &data, "-l", &log]);
        self
    }

    pub(crate) fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    pub(crate) fn name(&self) -> &'static str {
        self.name
    }

    /// Asks this very server.
    pub(crate) fn ask(&self, sql: &str) -> Vec<String> {
        execute(&format!("postgres://postgres@127.0.0.1:{}/postgres", self.port), sql)
    }

    /// Changes a setting of the server while it runs.
    pub(crate) fn set(&self, setting: &str, value: &str) {
        self.ask(&format!("ALTER SYSTEM SET {setting} = '{value}'"));
        self.ask("SELECT pg_reload_conf()");
    }

    /// Waits until this standby of it is in that state of `pg_stat_replication`: `sync` or `async`.
    pub(crate) fn wait_for_standby(&self, name: &str, state: &str) {
        let sql = format!(
            "SELECT sync_state FROM pg_stat_replication WHERE application_name = '{name}' AND state = 'streaming'"
        );
        until(&format!("{name} follows {} as {state}", self.name), || self.ask(&sql) == [state]);
    }

    /// Whether this standby follows the promoted one, once that is known. It never does if it had got more from the lost primary.
    pub(crate) fn can_follow(&self, promoted: &Self) -> bool {
        let timeline = promoted.ask("SELECT substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8)");
        let followed = "SELECT lpad(upper(to_hex(received_tli)), 8, '0') FROM pg_stat_wal_receiver WHERE status = 'streaming'";
        let mut is_ahead = false;
        until(&format!("it is known whether {} follows {}", self.name, promoted.name), || {
            is_ahead = fs::read_to_string(self.log()).unwrap().contains("before current recovery point");
            is_ahead || self.ask(followed) == timeline
        });
        !is_ahead
    }

    /// A new standby in its place.
    pub(crate) fn anew(self, all: &[u16]) -> Self {
        let (programs, name, port) = (self.programs, self.name, self.port);
        drop(self);
        Self::standby(programs, name, port, all)
    }

    /// Stops it in order and starts it again; connections are told that they end.
    pub(crate) fn restart(&self) {
        let (data, log) = (self.data().display().to_string(), self.log().display().to_string());
        self.programs
            .run("pg_ctl", &["restart", "-s", "-w", "-t", "120", "-m", "fast", "-D", &data, "-l", &log]);
    }

    fn log(&self) -> PathBuf {
        self.folder.path().join("log")
    }

    pub(crate) fn kill(&self) {
        kill_postmaster(&self.data());
    }

    /// Makes a standby the primary, whose changes wait for nobody then.
    pub(crate) fn promote(&self) {
        self.set("synchronous_standby_names", "");
        assert_eq!(self.ask("SELECT pg_promote()"), ["t"]);
        let url = url(&[self.port], "postgres");
        until("the promoted server takes writes", || try_execute(&url, "SELECT 1").is_ok());
    }
}

impl Drop for Server<'_> {
    fn drop(&mut self) {
        if let Some(mut guard) = self.guard.take() {
            drop(guard.stdin.take());
            let _ = guard.wait();
        }
    }
}
