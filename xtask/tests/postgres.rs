//! The private server from outside: it answers, and it is gone afterwards, however its owner ends.
//! Needs the programs of a PostgreSQL server; `cargo xtask test` installs them.
#![expect(clippy::unwrap_used, clippy::panic, reason = "tests")]

use std::{
    fs,
    io::{BufRead, BufReader},
    net::TcpStream,
    path::{Path, PathBuf},
    process::{Child, ChildStderr, Command, Stdio},
};

/// A `cargo xtask postgres` in the foreground.
struct Foreground {
    process: Child,
    address: String,
    folder: PathBuf,
    messages: BufReader<ChildStderr>,
}

impl Foreground {
    fn start() -> Self {
        let mut process = Command::new(env!("CARGO_BIN_EXE_xtask"))
            .arg("postgres")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let url = line_with(&mut BufReader::new(process.stdout.take().unwrap()), "DAYBOOK_TEST_POSTGRES=");
        let address =
            url.strip_prefix("postgres://postgres@").unwrap().strip_suffix("/postgres").unwrap().to_owned();
        let mut messages = BufReader::new(process.stderr.take().unwrap());
        let log = line_with(&mut messages, "xtask: log: ");
        let folder = Path::new(&log).parent().unwrap().to_path_buf();
        Self { process, address, folder, messages }
    }

    fn answers(&self) -> bool {
        TcpStream::connect(&self.address).is_ok()
    }

    /// Whether server and folder are gone. The port may already be another server's.
    fn is_removed(&self) -> bool {
        !self.folder.exists() && !self.is_running()
    }

    fn data(&self) -> PathBuf {
        self.folder.join("data")
    }

    fn is_running(&self) -> bool {
        process_with_argument(&self.data()).is_some()
    }

    /// Waits for the end of the output that owner and guard share: then both have ended.
    fn wait_for_guard(&mut self) {
        std::io::copy(&mut self.messages, &mut std::io::sink()).unwrap();
    }
}

impl Drop for Foreground {
    fn drop(&mut self) {
        let _already_ended = self.process.kill();
        let _already_waited = self.process.wait();
    }
}

/// The id of the process that has this path as an argument: the server has its data, the guard its folder.
fn process_with_argument(path: &Path) -> Option<String> {
    let has_argument = |process: &PathBuf| {
        // A process may end while we look.
        let command = fs::read(process.join("cmdline")).unwrap_or_default();
        command.split(|byte| *byte == 0).any(|argument| argument == path.as_os_str().as_encoded_bytes())
    };
    let found = fs::read_dir("/proc").unwrap().map(|entry| entry.unwrap().path()).find(has_argument);
    found.map(|process| process.file_name().unwrap().to_str().unwrap().to_owned())
}

fn line_with(output: &mut impl BufRead, prefix: &str) -> String {
    for line in output.lines() {
        if let Some(rest) = line.unwrap().strip_prefix(prefix) {
            return rest.to_owned();
        }
    }
    panic!("the output ended without `{prefix}`")
}

#[test]
fn a_server_answers_until_its_input_ends() {
    let mut server = Foreground::start();
    assert!(server.answers());
    assert!(server.is_running());
    assert!(server.data().join("PG_VERSION").exists());

    drop(server.process.stdin.take());
    assert!(server.process.wait().unwrap().success());
    assert!(server.is_removed());
}

#[test]
fn a_server_is_removed_when_its_owner_is_killed() {
    let mut server = Foreground::start();
    assert!(server.answers());

    server.process.kill().unwrap();
    server.wait_for_guard();
    assert!(server.is_removed());
}

#[test]
fn a_server_whose_owner_and_guard_were_killed_is_removed_by_the_next_run() {
    let mut left_over = Foreground::start();
    let guard = process_with_argument(&left_over.folder).unwrap();
    let killed = Command::new("kill").args(["-KILL", &guard]).status().unwrap();
    assert!(killed.success());
    left_over.process.kill().unwrap();
    left_over.process.wait().unwrap();

    let mut next = Foreground::start();
    assert!(left_over.is_removed());
    next.process.kill().unwrap();
    next.wait_for_guard();
}
