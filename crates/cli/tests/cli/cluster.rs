//! Three servers on one PostgreSQL under load, while connections are cut and servers are killed: what is sent again under its key until it
//! is answered is done once, and each server streams every entry of one log once and in order.

use rustix::process::Signal;

use crate::{
    load,
    nodes::{Load, Nodes},
    postgres::{self, Database},
    program::Running,
};

const NODES: usize = 3;
const CALLERS: usize = 6;
/// How often each caller does the three things that it does. `DAYBOOK_CUTS` says how often in a longer run.
const TURNS: usize = 12;
/// Connections are cut whenever so many answers have come.
const ANSWERS: usize = 8;
/// Which cut is the end of a server.
const FATAL: usize = 6;

/// Cuts connections to the database whenever enough was answered, the sequencer's among them, and kills a server now and then.
fn disturb(nodes: &Nodes, database: &Database, servers: &mut [Option<Running>]) -> usize {
    let mut cuts = 0;
    while nodes.wait_for_answers(nodes.answers() + ANSWERS) {
        cuts += 1;
        database.cut(2);
        if cuts % FATAL == 0 {
            let place = (cuts / FATAL) % NODES;
            let server = servers[place].take().unwrap();
            server.signal(Signal::KILL);
            server.end();
            servers[place] = Some(nodes.start(place));
        }
    }
    cuts
}

#[test]
fn three_servers_share_one_log_whatever_is_cut() {
    let turns = std::env::var("DAYBOOK_CUTS").map_or(TURNS, |text| text.parse().unwrap());
    let database = Database::new();
    let folder = postgres::folder(&database);
    let token = folder.ok(&["token", "create", "--name", "Ada", "--role", "owner"]).trim().to_owned();
    let nodes = Nodes::new(&folder, token.clone(), NODES);
    let mut servers: Vec<_> = (0..NODES).map(|place| Some(nodes.start(place))).collect();
    load::tenant(&nodes.address(0), &token);
    let load = Load { name: "cut", callers: CALLERS, turns: Some(turns) };
    let (_, cut_streams, cuts) = nodes.work(&load, || disturb(&nodes, &database, &mut servers));
    assert!(cuts >= FATAL, "connections were cut, and servers killed");
    assert!(cut_streams > 0, "no stream was ever cut");
    for server in servers.into_iter().flatten() {
        server.stop();
    }
    assert!(folder.ok(&["check"]).contains("differences  0"));
}
