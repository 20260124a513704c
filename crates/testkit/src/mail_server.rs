//! A mail server for one test: a real one (Debian's `python3-aiosmtpd`), on a free port of this machine, that keeps what it is given.

use std::{
    fs,
    io::{BufRead, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
};

use mail_parser::MessageParser;
use tempfile::TempDir;

use crate::wait_for;

/// The Python that Debian's packages belong to.
const PYTHON: &str = "/usr/bin/python3";
const SERVER: &str = include_str!("mail_server.py");

/// A running mail server. It ends when this is dropped, and when the process of the test ends.
#[derive(Debug)]
pub struct MailServer {
    process: Child,
    port: u16,
    folder: TempDir,
    account: Option<(String, String)>,
}

/// A message as it arrived.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReceivedMail {
    /// To whom the server was told to bring it.
    pub to: String,
    /// What stands as the sender.
    pub from: String,
    /// The subject, decoded.
    pub subject: String,
    /// The plain text, decoded.
    pub text: String,
    /// The same as HTML, decoded; empty if there is none.
    pub html: String,
    /// Everything that came, as it came.
    pub raw: String,
}

impl MailServer {
    /// A server that takes everything from everybody.
    pub fn start() -> Self {
        Self::run(None, 0)
    }

    /// A server that takes messages of this account alone.
    pub fn start_with_account(user: &str, password: &str) -> Self {
        Self::run(Some((user.to_owned(), password.to_owned())), 0)
    }

    /// The same server again after it was gone: an empty one that is reached where this one was.
    #[must_use]
    pub fn start_again(self) -> Self {
        let (account, port) = (self.account.clone(), self.port);
        drop(self);
        Self::run(account, port)
    }

    /// Stops it for a while: nobody is at its address. [`MailServer::start_again`] begins anew there.
    pub fn stop(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }

    /// Refuses mail to these addresses from now on, for good (550), and to no others.
    pub fn refuse(&self, addresses: &[&str]) {
        fs::write(self.folder.path().join("refused"), addresses.join("\n")).unwrap();
    }

    fn run(account: Option<(String, String)>, port: u16) -> Self {
        let folder = TempDir::new().unwrap();
        let mut command = Command::new(PYTHON);
        command.args(["-W", "ignore", "-c", SERVER]).arg(folder.path().join("mail"));
        command.arg(port.to_string()).arg(folder.path().join("refused"));
        if let Some((user, password)) = &account {
            command.args([user, password]);
        }
        let mut process = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let mut port = String::new();
        BufReader::new(process.stdout.take().unwrap()).read_line(&mut port).unwrap();
        let port = port.trim().parse().unwrap_or_else(|_| {
            panic!("the mail server did not start; `cargo xtask test` installs python3-aiosmtpd")
        });
        Self { process, port, folder, account }
    }

    /// Where it is, as `--smtp-url` takes it.
    pub fn url(&self) -> String {
        let account = self.account.as_ref().map(|(user, password)| format!("{user}:{password}@"));
        format!("smtp://{}127.0.0.1:{}", account.unwrap_or_default(), self.port)
    }

    /// Waits until it has at least so many messages, and answers with all, in the order of their arrival.
    pub async fn wait_for_mail(&self, count: usize) -> Vec<ReceivedMail> {
        wait_for("mail arrives", || async { Some(self.mail()).filter(|mail| mail.len() >= count) }).await
    }

    /// What has arrived so far, in the order of its arrival.
    pub fn mail(&self) -> Vec<ReceivedMail> {
        let Ok(entries) = fs::read_dir(self.folder.path().join("mail/new")) else { return vec![] };
        let mut files: Vec<_> = entries.map(|entry| entry.unwrap()).collect();
        files.sort_by_key(|file| (file.metadata().unwrap().modified().unwrap(), file.file_name()));
        files.iter().map(|file| read(&file.path())).collect()
    }
}

fn read(path: &Path) -> ReceivedMail {
    let raw = fs::read(path).unwrap();
    let message = MessageParser::default().parse(&raw).unwrap();
    let header = |name: &str| message.header_raw(name).unwrap_or_default().trim().to_owned();
    ReceivedMail {
        to: header("X-RcptTo"),
        from: header("From"),
        subject: message.subject().unwrap_or_default().to_owned(),
        text: message.body_text(0).unwrap_or_default().replace("\r\n", "\n"),
        html: message.body_html(0).unwrap_or_default().replace("\r\n", "\n"),
        raw: String::from_utf8(raw.clone()).unwrap(),
    }
}

impl Drop for MailServer {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
