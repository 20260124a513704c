//! System calls on the database's files that fail, or at which the server is killed (SQLite; `strace` lets them): each request that failed
//! says so, what was acknowledged stays, and the server goes on, or ends and says why.

use std::{collections::BTreeSet, fs, path::PathBuf, process::Command, time::Instant};

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;

use crate::{
    load::{self, Deed, Done, verify},
    program::{Folder, PATIENCE, Running, http},
};

/// How often something fails. `DAYBOOK_FAULTS` says how often in a longer run.
const ROUNDS: usize = 60;
/// How often with one database: each time all of it is checked.
const OF_ONE_DATABASE: usize = 120;
const SERVE: [&str; 3] = ["serve", "--listen", "127.0.0.1:0"];
/// What a thread of a server calls, and how often one does at least, if the server has enough to do. SQLite never calls `fdatasync` here.
const CALLS: [(&str, usize); 4] = [("pwrite64", 97), ("fsync", 9), ("ftruncate", 3), ("openat", 6)];
const FAULTS: [&str; 3] = ["error=EIO", "error=ENOSPC", "signal=KILL"];
/// How often a caller sends again what failed: a fault meets a call of each thread.
const ATTEMPTS: usize = 12;
/// How often a caller does all that it does while nothing has failed.
const TURNS: usize = 40;

/// What fails, and which call of a thread it is.
struct Fault {
    call: &'static str,
    how: &'static str,
    when: String,
    /// How often there is work for it.
    turns: usize,
}

impl Fault {
    /// All calls with all faults in turn, each time at another call of its thread. Half of the time there is work until it is met, else
    /// there is so little that it may be met when the server ends. That changes at every second turn: at every turn, a call with an even
    /// number of places would have the same places with work again and again.
    fn of_round(round: usize) -> Self {
        let turn = round / (CALLS.len() * FAULTS.len());
        let (call, last) = CALLS[round % CALLS.len()];
        let when = (1 + 29 * turn % last).to_string();
        let turns = if (turn / 2).is_multiple_of(2) { TURNS } else { 1 };
        Self { call, how: FAULTS[round / CALLS.len() % FAULTS.len()], when, turns }
    }

    /// The server under `strace`, which leaves the process to this test and takes these `options` too.
    fn serve(&self, folder: &Folder, options: &[&str]) -> Running {
        let daybook = folder.command(&SERVE);
        let mut strace = Command::new("strace");
        strace.args(["-D", "-f", "-qq", "-o"]).arg(trace(folder)).args(options);
        for name in ["daybook.db", "daybook.db-wal", "daybook.db-shm"] {
            strace.arg("-P").arg(folder.path(name));
        }
        strace.args(["-e", &format!("trace={}", self.call)]);
        strace.args(["-e", &format!("inject={}:{}:when={}", self.call, self.how, self.when)]);
        strace.arg(daybook.get_program()).args(daybook.get_args());
        strace.current_dir(folder.path("")).env_clear().env("PATH", "/usr/bin:/bin");
        Running::of(strace)
    }
}

fn trace(folder: &Folder) -> PathBuf {
    folder.path("strace.log")
}

/// Whether something has failed.
fn is_met(folder: &Folder) -> bool {
    fs::read_to_string(trace(folder)).unwrap().contains("(INJECTED)")
}

/// Sends it until it is done. An error if the server is gone; whatever else it says must say what is wrong.
fn until_done(
    deed: Deed,
    url: &str,
    token: &str,
    fault: &Fault,
    failures: &mut usize,
) -> Result<Value, Deed> {
    for _ in 0..ATTEMPTS {
        let Ok((status, answer)) = deed.send(url, token) else { return Err(deed) };
        if (200..300).contains(&status) {
            return Ok(answer);
        }
        *failures += 1;
        let code = answer["code"].as_str().unwrap_or_default();
        let said = format!("{} at {} of {}: {status} {answer}", fault.how, fault.when, fault.call);
        match (status, code) {
            (507, "STORAGE_FULL") => assert_eq!(fault.how, "error=ENOSPC", "{said}"),
            (500, "INTERNAL") | (503, "UNAVAILABLE") => {}
            _ => panic!("{said}"),
        }
    }
    panic!("{deed:?} was refused {ATTEMPTS} times: {} at {} of {}", fault.how, fault.when, fault.call);
}

/// One server with one kind of fault: works until all is done or it is gone. Answers with what was acknowledged, and how much failed.
fn round(folder: &Folder, token: &str, number: usize, fault: &Fault) -> (Done, usize) {
    let (mut done, mut failures) = (vec![], 0);
    // Other calls are not even looked at; who does that cannot let the server go before it ends.
    let mut server = fault.serve(folder, &["--seccomp-bpf"]);
    let Some(line) = server.hear_or_end("listening on ") else {
        let (code, said) = server.end();
        let killed = code.is_none() && fault.how == "signal=KILL";
        assert!(killed || (code != Some(0) && said.contains("daybook.db")), "{code:?}: {said}");
        return (done, 1);
    };
    let url = line.split("listening on ").nth(1).unwrap().trim();
    let mut go = |deed: Deed| {
        let answer = until_done(deed.clone(), url, token, fault, &mut failures)?;
        done.push((deed, answer.clone()));
        Ok(answer)
    };
    let mut turns = (0..fault.turns).take_while(|turn| *turn == 0 || !is_met(folder));
    let gone: Result<(), Deed> =
        turns.try_for_each(|turn| Deed::do_all(&format!("fault-{number}-{turn}"), &mut go));
    if gone.is_ok() {
        server.signal(Signal::TERM);
    }
    let (code, said) = server.end();
    assert!(gone.is_ok() || fault.how == "signal=KILL", "the server ended by itself: {code:?}: {said}");
    (done, failures + usize::from(gone.is_err()))
}

#[test]
fn each_place_of_each_call_comes_with_each_fault_with_work_and_without() {
    let rounds = (0..4 * 97 * CALLS.len() * FAULTS.len()).map(Fault::of_round);
    let kinds: BTreeSet<_> = rounds.map(|fault| (fault.call, fault.how, fault.when, fault.turns)).collect();
    let places: usize = CALLS.iter().map(|(_, places)| places).sum();
    assert_eq!(kinds.len(), places * FAULTS.len() * 2);
}

#[test]
fn a_system_call_that_fails_loses_nothing_that_was_acknowledged() {
    let rounds = std::env::var("DAYBOOK_FAULTS").map_or(ROUNDS, |text| text.parse().unwrap());
    let numbers: Vec<usize> = (0..rounds).collect();
    let counts = numbers.chunks(OF_ONE_DATABASE).map(on_one_database);
    let (met, failures) = counts.fold((0, 0), |sum, one| (sum.0 + one.0, sum.1 + one.1));
    let said = format!("{met} of {rounds} servers met a call that fails, {failures} requests failed");
    println!("{said}");
    assert!(met * 2 > rounds && failures * 4 > rounds, "{said}");
}

/// These rounds, one after the other. Answers in how many a call was met, and how many requests failed.
fn on_one_database(numbers: &[usize]) -> (usize, usize) {
    let folder = Folder::new();
    let token = folder.ok(&["token", "create", "--name", "Ada", "--role", "owner"]).trim().to_owned();
    let (server, url) = folder.serve(&SERVE);
    load::tenant(&url, &token);
    server.stop();
    let (mut done, mut met, mut failures): (Done, _, _) = (vec![], 0, 0);
    for &number in numbers {
        let fault = Fault::of_round(number);
        let (acknowledged, failed) = round(&folder, &token, number, &fault);
        met += usize::from(is_met(&folder) || failed > 0);
        failures += failed;
        done.extend(acknowledged);
        // As it lies there, before anybody opens it again.
        assert!(folder.ok(&["check"]).contains("differences  0"), "{} of {}", fault.how, fault.call);
        if number % 12 == 11 || Some(&number) == numbers.last() {
            let (server, url) = folder.serve(&SERVE);
            verify(&url, &token, &done);
            done.clear();
            server.stop();
        }
    }
    (met, failures)
}

#[test]
fn a_full_disk_is_said_reading_goes_on_and_so_does_writing_once_there_is_room() {
    let folder = Folder::new();
    let token = folder.ok(&["token", "create", "--name", "Ada", "--role", "owner"]).trim().to_owned();
    let (server, url) = folder.serve(&SERVE);
    load::tenant(&url, &token);
    server.stop();
    // From a write of each thread on there is no room.
    let fault = Fault { call: "pwrite64", how: "error=ENOSPC", when: "30+".to_owned(), turns: 1 };
    let mut server = fault.serve(&folder, &["-I", "2"]);
    let line = server.hear("listening on ");
    let url = line.split("listening on ").nth(1).unwrap().trim();
    let mut done: Done = vec![];
    let full = (0..).find_map(|number| {
        let deed = Deed::generate(&format!("full-{number}"));
        let (status, answer) = deed.send(url, &token).unwrap();
        if status == 201 {
            done.push((deed, answer));
            assert!(done.len() < 1_000, "the disk was never full");
            return None;
        }
        assert_eq!((status, &answer["code"]), (507, &Value::from("STORAGE_FULL")), "{answer}");
        Some(deed)
    });
    // What is there can be read, all of it, and nothing more is.
    verify(url, &token, &done);
    let (status, figures) = http("GET", &format!("{url}/admin/api/dashboard-stats"), &token, None);
    assert_eq!((status, figures["codes"]["total"].as_u64()), (200, Some(done.len() as u64 * 2)), "{figures}");
    end_tracer(&server);
    let full = full.unwrap();
    let started = Instant::now();
    let answer = loop {
        let (status, answer) = full.send(url, &token).unwrap();
        if status == 201 {
            break answer;
        }
        assert_eq!(status, 507, "{answer}");
        assert!(started.elapsed() < PATIENCE, "there is room, and it is not used");
    };
    done.push((full, answer));
    verify(url, &token, &done);
    server.stop();
    assert!(folder.ok(&["check"]).contains("differences  0"));
}

/// Lets the server go: nothing more fails.
fn end_tracer(server: &Running) {
    let status = fs::read_to_string(format!("/proc/{}/status", server.id())).unwrap();
    let tracer = status.lines().find_map(|line| line.strip_prefix("TracerPid:")?.trim().parse().ok());
    kill_process(Pid::from_raw(tracer.unwrap()).unwrap(), Signal::TERM).unwrap();
}
