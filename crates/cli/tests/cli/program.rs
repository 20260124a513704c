//! Runs the program: to its end, or as a process beside the test. Nothing waits longer than [`PATIENCE`].

use std::{
    io::{self, BufRead, BufReader, Read, Write},
    net::TcpStream,
    path::{Path, PathBuf},
    process::{Child, ChildStdout, Command, Stdio},
    sync::mpsc::{Receiver, RecvTimeoutError, channel},
    thread,
    time::Duration,
};

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;
use tempfile::TempDir;

/// How long anything may take before a test gives up.
pub(crate) const PATIENCE: Duration = Duration::from_secs(180);

/// A working folder of its own. The program sees no other settings than those given here.
pub(crate) struct Folder {
    path: PathBuf,
    /// Removes it with this, unless it stays.
    _owner: Option<TempDir>,
    environment: Vec<(&'static str, String)>,
}

/// What a run came to.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Folder {
    pub(crate) fn new() -> Self {
        let owner = TempDir::new().unwrap();
        Self { path: owner.path().to_owned(), _owner: Some(owner), environment: vec![] }
    }

    /// This folder, with what is in it; it stays.
    pub(crate) fn at(path: PathBuf) -> Self {
        std::fs::create_dir_all(&path).unwrap();
        Self { path, _owner: None, environment: vec![] }
    }

    /// The same folder with one more environment variable.
    pub(crate) fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.environment.push((name, value.into()));
        self
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.path.join(name)
    }

    pub(crate) fn write(&self, name: &str, text: &str) {
        std::fs::write(self.path(name), text).unwrap();
    }

    /// The names of the files in it, sorted.
    pub(crate) fn files(&self) -> Vec<String> {
        let entries = std::fs::read_dir(&self.path).unwrap();
        let mut names: Vec<_> =
            entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_daybook"));
        command.args(arguments).current_dir(&self.path).env_clear().stdin(Stdio::null());
        command.envs(self.environment.iter().map(|(name, value)| (name, value)));
        command
    }

    /// Runs to the end.
    pub(crate) fn run(&self, arguments: &[&str]) -> Run {
        let output = self.command(arguments).output().unwrap();
        Run {
            code: output.status.code().unwrap_or(-1),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// Runs to the end, which must be a good one; answers with stdout.
    pub(crate) fn ok(&self, arguments: &[&str]) -> String {
        let run = self.run(arguments);
        assert_eq!(run.code, 0, "{arguments:?}: {run:#?}");
        run.stdout
    }

    /// Starts it and goes on.
    pub(crate) fn start(&self, arguments: &[&str]) -> Running {
        Running::of(self.command(arguments))
    }

    /// Starts a server and waits until it answers.
    pub(crate) fn serve(&self, arguments: &[&str]) -> (Running, String) {
        let mut server = self.start(arguments);
        let line = server.hear("listening on ");
        let url = line.split("listening on ").nth(1).unwrap().trim().to_owned();
        (server, url)
    }
}

/// The lines of a stream as they come.
pub(crate) fn lines(stream: impl Read + Send + 'static) -> Receiver<String> {
    let (sender, receiver) = channel();
    thread::spawn(move || {
        for line in BufReader::new(stream).lines() {
            let Ok(line) = line else { return };
            if sender.send(line).is_err() {
                return;
            }
        }
    });
    receiver
}

/// A process beside the test; killed when dropped.
pub(crate) struct Running {
    pid: Pid,
    child: Option<Child>,
    stdout: Option<ChildStdout>,
    stderr: Receiver<String>,
    heard: String,
}

impl Running {
    pub(crate) fn of(mut command: Command) -> Self {
        let mut child =
            command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let (stdout, stderr) = (child.stdout.take(), child.stderr.take().unwrap());
        Self {
            pid: Pid::from_child(&child),
            child: Some(child),
            stdout,
            stderr: lines(stderr),
            heard: String::new(),
        }
    }

    pub(crate) fn id(&self) -> i32 {
        self.pid.as_raw_pid()
    }

    /// Waits for a line on stderr that contains this.
    pub(crate) fn hear(&mut self, wanted: &str) -> String {
        let line = self.hear_or_end(wanted);
        line.unwrap_or_else(|| panic!("{wanted:?} was never said, only:\n{}", self.heard))
    }

    /// The same of a process that may end before it says it.
    pub(crate) fn hear_or_end(&mut self, wanted: &str) -> Option<String> {
        loop {
            let line = match self.stderr.recv_timeout(PATIENCE) {
                Ok(line) => line,
                Err(RecvTimeoutError::Disconnected) => return None,
                Err(RecvTimeoutError::Timeout) => {
                    panic!("{wanted:?} was not said in time, only:\n{}", self.heard)
                }
            };
            self.heard.push_str(&line);
            self.heard.push('\n');
            if line.contains(wanted) {
                return Some(line);
            }
        }
    }

    pub(crate) fn stdout(&mut self) -> ChildStdout {
        self.stdout.take().unwrap()
    }

    pub(crate) fn signal(&self, signal: Signal) {
        kill_process(self.pid, signal).unwrap();
    }

    /// Waits for its end; answers with the exit code and everything on stderr.
    pub(crate) fn end(mut self) -> (Option<i32>, String) {
        let mut child = self.child.take().unwrap();
        let (sender, receiver) = channel();
        thread::spawn(move || sender.send(child.wait()));
        let Ok(status) = receiver.recv_timeout(PATIENCE) else {
            let _ = kill_process(self.pid, Signal::KILL);
            panic!("the process did not end; it had said:\n{}", self.heard)
        };
        let rest: Vec<String> = self.stderr.iter().collect();
        (status.unwrap().code(), format!("{}{}", self.heard, rest.join("\n")))
    }

    /// Asks it to stop, which must end well.
    pub(crate) fn stop(self) -> String {
        self.signal(Signal::TERM);
        let (code, said) = self.end();
        assert_eq!(code, Some(0), "{said}");
        said
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if let Some(child) = &mut self.child {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

/// One request with a bearer token; answers with status and JSON.
pub(crate) fn http(method: &str, url: &str, token: &str, body: Option<&Value>) -> (u16, Value) {
    send(method, url, token, None, body).unwrap()
}

/// The body of what is there, which need not be JSON.
pub(crate) fn text(url: &str, token: &str) -> String {
    let (status, body) = exchange("GET", url, token, None, None).unwrap();
    assert_eq!(status, 200, "{url}: {body}");
    body
}

/// The lines of the live stream after an entry, as they come.
pub(crate) fn follow(
    url: &str,
    token: &str,
    after: i64,
) -> io::Result<impl Iterator<Item = io::Result<String>> + use<>> {
    let host = url.strip_prefix("http://").unwrap();
    let mut stream = TcpStream::connect(host)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    write!(
        stream,
        "GET /admin/api/events/stream?after={after} HTTP/1.0\r\nHost: {host}\r\nAuthorization: Bearer {token}\r\n\r\n"
    )?;
    Ok(BufReader::new(stream).lines())
}

/// What the kernel says of a process's memory under a name (`VmRSS` now, `VmHWM` at most), in KiB.
pub(crate) fn memory(process: i32, name: &str) -> usize {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':')).unwrap();
    line.trim().trim_end_matches(" kB").parse().unwrap()
}

/// A request under an `Idempotency-Key`, to a server that may end meanwhile: an answer that is not whole is an error.
pub(crate) fn send(
    method: &str,
    url: &str,
    token: &str,
    key: Option<&str>,
    body: Option<&Value>,
) -> io::Result<(u16, Value)> {
    let (status, body) = exchange(method, url, token, key, body)?;
    Ok((status, serde_json::from_str(&body).unwrap_or(Value::Null)))
}

fn exchange(
    method: &str,
    url: &str,
    token: &str,
    key: Option<&str>,
    body: Option<&Value>,
) -> io::Result<(u16, String)> {
    let rest = url.strip_prefix("http://").unwrap();
    let (host, path) = rest.split_at(rest.find('/').unwrap());
    let body = body.map(Value::to_string).unwrap_or_default();
    let key = key.map(|key| format!("Idempotency-Key: {key}\r\n")).unwrap_or_default();
    let mut stream = TcpStream::connect(host)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    write!(
        stream,
        "{method} {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\nAuthorization: Bearer {token}\r\n{key}\
         Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    )?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    let cut = || io::Error::from(io::ErrorKind::UnexpectedEof);
    let (head, body) = answer.split_once("\r\n\r\n").ok_or_else(cut)?;
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")?.parse().ok());
    if length.is_some_and(|length: usize| length != body.len()) {
        return Err(cut());
    }
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    Ok((status, body.to_owned()))
}

/// Copies a database that nobody has open.
pub(crate) fn copy_database(from: &Path, to: &Path) {
    assert!(!from.with_extension("db-wal").exists(), "the database is still open");
    std::fs::copy(from, to).unwrap();
}
