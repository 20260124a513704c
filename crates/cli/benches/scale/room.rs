//! What the program takes of the machine: time to start, memory, disk, and time to check itself.

use std::{path::Path, time::Instant};

use daybook_testkit::Engine;

use crate::{
    place::{Place, on_server},
    program::memory as memory_of,
    table::{Aim, Table},
};

/// Starts the server, as the figures that follow need it.
pub(crate) fn start(place: &mut Place, table: &mut Table) {
    let took = place.start();
    table.hold("start, until a request is answered", took.as_secs_f64() * 1e3, "ms", Aim::AtMost(1_000.0));
    table.hold("memory of the server at rest", resident(place, "VmRSS"), "MiB", Aim::Stated);
}

/// The most that the server took, with activations by many callers as the last and the heaviest that it did.
pub(crate) fn memory(place: &Place, table: &mut Table) {
    let aim = if place.engine() == Engine::Sqlite { Aim::AtMost(100.0) } else { Aim::Stated };
    table.line("memory of the server at most, at full load", resident(place, "VmHWM"), "MiB", aim);
}

/// The most that the server took, with requests for 1,000 codes among what it did.
pub(crate) fn memory_after_codes(place: &Place, table: &mut Table) {
    table.line(
        "memory of the server at most, with 1,000 codes",
        resident(place, "VmHWM"),
        "MiB",
        Aim::Stated,
    );
}

/// What the kernel says of the server's memory, in MiB.
pub(crate) fn resident(place: &Place, what: &str) -> f64 {
    memory_of(place.process(), what) as f64 / 1024.0
}

/// Bytes of the database for each entry of the log, as a whole and by table; the server does not run.
pub(crate) fn disk(place: &Place, table: &mut Table) {
    let (events, all, tables) = match place.engine() {
        Engine::Sqlite => in_file(place.database().strip_prefix("sqlite:").unwrap().as_ref()),
        Engine::Postgres => on_disk_of_server(place.database()),
    };
    table.line("disk, for each entry", all / events, "bytes", Aim::Stated);
    for (name, bytes) in tables {
        table.line(&format!("disk, {name}"), bytes / events, "bytes", Aim::Stated);
    }
}

/// Entries, bytes, and bytes of the largest tables with their indexes.
type Sizes = (f64, f64, Vec<(String, f64)>);

fn in_file(path: &Path) -> Sizes {
    let file = rusqlite::Connection::open(path).unwrap();
    let events: i64 = file.query_row("SELECT size FROM log_state", [], |row| row.get(0)).unwrap();
    let text = "SELECT s.tbl_name, sum(d.pgsize) FROM dbstat d JOIN sqlite_schema s ON s.name = d.name
        WHERE d.aggregate = TRUE GROUP BY 1 ORDER BY 2 DESC LIMIT 6";
    let mut statement = file.prepare(text).unwrap();
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get::<_, i64>(1)? as f64))).unwrap();
    let tables = rows.map(Result::unwrap).collect();
    (events as f64, std::fs::metadata(path).unwrap().len() as f64, tables)
}

fn on_disk_of_server(url: &str) -> Sizes {
    on_server(url, async |client| {
        let events: i64 = client.query_one("SELECT size FROM log_state", &[]).await.unwrap().get(0);
        let all: i64 =
            client.query_one("SELECT pg_database_size(current_database())", &[]).await.unwrap().get(0);
        let text = "SELECT relname::text, pg_total_relation_size(oid) FROM pg_class
            WHERE relkind = 'r' ORDER BY 2 DESC LIMIT 6";
        let rows = client.query(text, &[]).await.unwrap();
        let tables = rows.iter().map(|row| (row.get(0), row.get::<_, i64>(1) as f64)).collect();
        (events as f64, all as f64, tables)
    })
}

/// What replaying the whole log takes: the aim is a minute for a million entries, and as much of it for fewer or more.
pub(crate) fn check(place: &Place, table: &mut Table, entries: u64) {
    let start = Instant::now();
    place.run(&["--quiet", "check"]);
    let took = start.elapsed().as_secs_f64();
    table.line("check", took, "s", Aim::Stated);
    let million = took * 1e6 / entries as f64;
    table.line("check, for each million entries", million, "s", Aim::AtMost(60.0));
}
