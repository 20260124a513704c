//! `kill -9` of a serving portal under load, again and again: what was acknowledged is there with its events, each once; nothing is half
//! done; what was not answered is done once when it is sent again under its key.

use std::{
    sync::{
        Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
};

use rustix::process::Signal;

use crate::{
    load::{self, Deed, Done, verify},
    postgres::{self, Database},
    program::Folder,
};

/// How often a server is killed. `DAYBOOK_CRASHES` says how often in a longer run.
const CRASHES: usize = 100;
/// How often with one database: all of it is checked again and again.
const OF_ONE_DATABASE: usize = 100;
const SERVE: [&str; 3] = ["serve", "--listen", "127.0.0.1:0"];
/// How many callers there are at once.
const CALLERS: usize = 4;
/// A server is killed after at most so many answers.
const ANSWERS: usize = 12;

#[test]
fn what_was_acknowledged_outlives_kill_9_on_sqlite() {
    for rounds in databases() {
        crash(&Folder::new(), rounds);
    }
}

#[test]
fn what_was_acknowledged_outlives_kill_9_on_postgres() {
    for rounds in databases() {
        let database = Database::new();
        crash(&postgres::folder(&database), rounds);
    }
}

/// How often servers are killed on each of some databases, one after the other.
fn databases() -> impl Iterator<Item = usize> {
    let crashes = std::env::var("DAYBOOK_CRASHES").map_or(CRASHES, |text| text.parse().unwrap());
    (0..crashes).step_by(OF_ONE_DATABASE).map(move |first| OF_ONE_DATABASE.min(crashes - first))
}

/// A caller that works until the server is gone. Answers with what was not answered.
fn work(url: &str, token: &str, name: &str, answers: &AtomicUsize, done: &Mutex<Done>) -> Deed {
    let go = |deed: Deed| {
        let Ok((status, answer)) = deed.send(url, token) else { return Err(deed) };
        assert!((200..300).contains(&status), "{deed:?}: {status} {answer}");
        done.lock().unwrap().push((deed, answer.clone()));
        answers.fetch_add(1, Ordering::Relaxed);
        Ok(answer)
    };
    (0..).find_map(|number| Deed::do_all(&format!("{name}-{number}"), go).err()).unwrap()
}

fn crash(folder: &Folder, crashes: usize) {
    let token = folder.ok(&["token", "create", "--name", "Ada", "--role", "owner"]).trim().to_owned();
    let (server, url) = folder.serve(&SERVE);
    load::tenant(&url, &token);
    server.stop();

    // What the server before answered, and what it did not.
    let (mut done, mut unanswered): (Done, Vec<Deed>) = (vec![], vec![]);
    let mut acknowledged = 0;
    for round in 0..crashes {
        let (server, url) = folder.serve(&SERVE);
        acknowledged += done.len();
        settle(&url, &token, done, unanswered);
        let (answers, answered) = (AtomicUsize::new(0), Mutex::new(vec![]));
        // Spread over all moments of what a caller does; the same in each run, which the races are not.
        let wanted = 1 + (round * 7) % ANSWERS;
        unanswered = thread::scope(|scope| {
            let call = |caller: usize| {
                let name = format!("{round}-{caller}");
                let (url, token, answers, answered) = (&url, &token, &answers, &answered);
                scope.spawn(move || work(url, token, &name, answers, answered))
            };
            let callers: Vec<_> = (0..CALLERS).map(call).collect();
            while answers.load(Ordering::Relaxed) < wanted {
                thread::yield_now();
            }
            server.signal(Signal::KILL);
            callers.into_iter().map(|caller| caller.join().unwrap()).collect()
        });
        server.end();
        done = answered.into_inner().unwrap();
        if round % 20 == 0 {
            // As it lies there, before anybody opens it again.
            assert!(folder.ok(&["check"]).contains("differences  0"));
        }
    }
    let (server, url) = folder.serve(&SERVE);
    settle(&url, &token, done, unanswered);
    server.stop();
    assert!(folder.ok(&["check"]).contains("differences  0"));
    assert!(acknowledged >= crashes, "there was work: {acknowledged}");
}

/// Sends again what was not answered, which is done once whether it was done before or not, and looks for the events of all of it.
fn settle(url: &str, token: &str, mut done: Done, unanswered: Vec<Deed>) {
    for deed in unanswered {
        let (status, answer) = deed.send(url, token).unwrap();
        assert!((200..300).contains(&status), "{deed:?}: {status} {answer}");
        done.push((deed, answer));
    }
    verify(url, token, &done);
}
