//! Failover between PostgreSQL servers by hand. With synchronous replication nothing that was acknowledged is lost, and the log goes on
//! where it was; what an asynchronous standby has not got is lost, which is noticed and named.

use serde_json::Value;

use std::{sync::mpsc::channel, thread};

use crate::{
    load::{self, Deed},
    nodes::{Load, Nodes, keep_proof, settled},
    program::{Folder, Running},
    servers::{Programs, Server, free_ports, until, url},
};

const NODES: usize = 2;
const CALLERS: usize = 4;
/// How often a primary is lost. `DAYBOOK_FAILOVERS` says how often in a longer run.
const FAILOVERS: usize = 1;
/// A primary is lost after so many answers of the one before.
const ANSWERS: usize = 20;

/// Three servers with one name for all: the primary first, then the synchronous standby, then the asynchronous one.
type Trio<'a> = [Server<'a>; 3];

fn trio(programs: &Programs, ports: [u16; 3]) -> Trio<'_> {
    let primary = Server::primary(programs, "a", ports[0]);
    let standbys =
        [("b", ports[1]), ("c", ports[2])].map(|(name, port)| Server::standby(programs, name, port, &ports));
    primary.set("synchronous_standby_names", "b");
    primary.wait_for_standby("b", "sync");
    primary.wait_for_standby("c", "async");
    primary.ask("CREATE DATABASE daybook TEMPLATE template0");
    let [b, c] = standbys;
    [primary, b, c]
}

/// The primary is lost, its synchronous standby promoted; the other one becomes the synchronous standby of that, and a new server comes in
/// the place of the lost one; and of the other one, if it was ahead of what is the log now.
fn fail_over([lost, promoted, other]: Trio<'_>, ports: [u16; 3]) -> Trio<'_> {
    lost.kill();
    promoted.promote();
    let other = if other.can_follow(&promoted) { other } else { other.anew(&ports) };
    promoted.wait_for_standby(other.name(), "async");
    promoted.set("synchronous_standby_names", other.name());
    promoted.wait_for_standby(other.name(), "sync");
    let new = lost.anew(&ports);
    promoted.wait_for_standby(new.name(), "async");
    [promoted, other, new]
}

#[test]
fn nothing_is_lost_with_a_synchronous_standby_and_what_is_lost_without_one_is_named() {
    let failovers = std::env::var("DAYBOOK_FAILOVERS").map_or(FAILOVERS, |text| text.parse().unwrap());
    let (programs, ports) = (Programs::find(), free_ports::<3>());
    let mut servers = trio(&programs, ports);
    let folder = Folder::new().with("DAYBOOK_DATABASE_URL", url(&ports, "daybook"));
    let token = folder.ok(&["token", "create", "--name", "Ada", "--role", "owner"]).trim().to_owned();
    let nodes = Nodes::new(&folder, token.clone(), NODES);
    let mut running: Vec<_> = (0..NODES).map(|place| nodes.start(place)).collect();
    load::tenant(&nodes.address(0), &token);

    for failover in 0..failovers {
        let load = Load { name: &format!("failover-{failover}"), callers: CALLERS, turns: None };
        let (_, _, after) = nodes.work(&load, || {
            assert!(nodes.wait_for_answers(ANSWERS), "there is work");
            servers[0].restart();
            assert!(nodes.wait_for_answers(nodes.answers() + ANSWERS), "the restarted server is found again");
            let after = fail_over(servers, ports);
            assert!(nodes.wait_for_answers(nodes.answers() + 1), "there is still work");
            after
        });
        servers = after;
    }
    assert_eq!(nodes.losses(), [Value::Null; 0], "no acknowledged change is lost");
    assert!(folder.ok(&["check"]).contains("differences  0"));

    lose_what_the_asynchronous_standby_lacks(&folder, &nodes, &token, servers);
    let said: Vec<String> = running.drain(..).map(Running::stop).collect();
    assert!(said.iter().all(|said| said.contains("that were in the log are lost")), "{said:?}");
}

fn lose_what_the_asynchronous_standby_lacks(folder: &Folder, nodes: &Nodes, token: &str, servers: Trio) {
    let [primary, synchronous, asynchronous] = servers;
    let shared = settled(&nodes.address(0), token);
    // It has all that there is now, and hears of nothing more.
    until("the standby has all", || {
        let position =
            "SELECT coalesce(bool_and(replay_lsn >= pg_current_wal_lsn()), false) FROM pg_stat_replication";
        primary.ask(position) == ["t"]
    });
    asynchronous.set("primary_conninfo", "");
    until("the standby is cut off", || primary.ask("SELECT count(*) FROM pg_stat_replication") == ["1"]);
    for number in 0..3 {
        nodes.insist(0, &Deed::generate(&format!("lost-{number}")));
    }
    let size = settled(&nodes.address(0), token);
    assert_eq!(size, shared + 6);
    let key = keep_proof(folder, &nodes.address(0), token, size - 1);
    let file = format!("{}.tlog-proof", size - 1);
    let kept = ["check", "--kept", &file, "--key", &key];
    assert!(folder.ok(&kept).contains(&format!("good  {file}: the log begins with its {size} entries")));
    // Both servers have seen the end before it goes.
    for place in 0..NODES {
        nodes.hear(place, size - 1);
    }

    thread::scope(|scope| {
        let (begun, heard) = channel();
        let follow = |place| {
            let begun = begun.clone();
            scope.spawn(move || nodes.ends_after(place, size - 1, || begun.send(()).unwrap()))
        };
        let ends: Vec<_> = (0..NODES).map(follow).collect();
        assert_eq!(heard.iter().take(NODES).count(), NODES);
        primary.kill();
        synchronous.kill();
        asynchronous.promote();
        // Fewer entries than there were, then as many others: the log is another.
        nodes.insist(0, &Deed::generate("instead"));
        until("each server says what it has lost", || nodes.losses().len() == NODES);
        assert!(ends.into_iter().all(|end| end.join().unwrap()), "streams of the lost log end");
    });
    for loss in nodes.losses() {
        let said = &loss["metadata"];
        let (first, lost) = (said["first"].as_u64().unwrap(), said["size"].as_u64().unwrap());
        assert!(first <= shared && lost == size, "entries {shared} to {size} are lost: {loss}");
        assert!(shared - first < 20, "it is named as well as it is known: {loss}");
    }
    let run = folder.run(&kept);
    assert!(run.code == 1 && run.stdout.contains("differences  0"), "sound in itself: {run:?}");
    assert!(run.stdout.contains(&format!("BAD   {file}: ")) && run.stdout.contains("are lost"), "{run:?}");
    for number in 0..5 {
        nodes.insist(1, &Deed::generate(&format!("longer-{number}")));
    }
    assert!(settled(&nodes.address(1), token) > size);
    let run = folder.run(&kept);
    assert!(run.code == 1 && run.stdout.contains("has others now"), "longer, and another: {run:?}");
}
