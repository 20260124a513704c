//! `daybook tail`: what was, and what comes.

use rustix::process::Signal;
use serde_json::Value;

use crate::{
    demo::told,
    program::{Folder, PATIENCE, lines},
};

fn record(folder: &Folder, name: &str) {
    folder.ok(&["token", "create", "--name", name, "--role", "auditor"]);
}

fn numbers(text: &str) -> Vec<u64> {
    text.lines().map(|line| serde_json::from_str::<Value>(line).unwrap()["seq"].as_u64().unwrap()).collect()
}

#[test]
fn it_begins_where_it_is_told() {
    let folder = Folder::new();
    for name in ["a", "b", "c"] {
        record(&folder, name);
    }
    let tail =
        |arguments: &[&str]| numbers(&folder.ok(&[&["tail", "--json", "--no-follow"], arguments].concat()));
    assert_eq!(tail(&[]), [0, 1, 2]);
    assert_eq!(tail(&["--last", "2"]), [1, 2]);
    assert_eq!(tail(&["--last", "0"]), [0u64; 0]);
    assert_eq!(tail(&["--since", "1"]), [1, 2]);
    assert_eq!(tail(&["--since", "9"]), [0u64; 0]);
}

#[test]
fn nothing_is_missing_from_a_long_log() {
    let folder = told().copy();
    let all = numbers(&folder.ok(&["tail", "--since", "0", "--json", "--no-follow"]));
    assert!(all.len() > 18_000);
    assert!(all.iter().zip(0..).all(|(seq, expected)| *seq == expected));
}

#[test]
fn a_line_is_for_people_and_has_colours_on_a_terminal_only() {
    let folder = Folder::new();
    record(&folder, "Ada");
    let line = folder.ok(&["tail", "--no-follow"]);
    assert!(
        line.ends_with(" 0 ● API_TOKEN_CREATED    An API token with role auditor was created.  by system\n"),
        "{line}"
    );
    assert!(!line.contains('\u{1b}'), "{line:?}");
}

#[test]
fn it_follows_the_log_until_it_is_interrupted() {
    let folder = Folder::new();
    record(&folder, "before");
    let mut tail = folder.start(&["tail", "--json"]);
    let lines = lines(tail.stdout());
    let next = || serde_json::from_str::<Value>(&lines.recv_timeout(PATIENCE).unwrap()).unwrap();
    assert_eq!(next()["api_token"]["name"], "before");
    // Written by another process: there is no server in between.
    for name in ["one", "two"] {
        record(&folder, name);
        assert_eq!(next()["api_token"]["name"], name);
    }
    tail.signal(Signal::INT);
    let (code, said) = tail.end();
    assert_eq!((code, said.as_str()), (Some(0), ""));
    assert!(lines.recv_timeout(PATIENCE).is_err(), "nothing came twice");
}

#[test]
fn it_ends_in_silence_when_nobody_reads() {
    let folder = Folder::new();
    record(&folder, "before");
    let mut tail = folder.start(&["tail", "--json"]);
    drop(tail.stdout());
    let (code, said) = tail.end();
    assert_eq!((code, said.as_str()), (Some(0), ""));
}
