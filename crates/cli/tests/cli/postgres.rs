//! The same commands on PostgreSQL, each test in a database of its own.

use std::sync::atomic::{AtomicU32, Ordering};

use serde_json::{Value, json};
use tokio_postgres::{NoTls, SimpleQueryMessage};

use crate::program::{Folder, http};

/// A database that is dropped with the test.
pub(crate) struct Database {
    admin: String,
    name: String,
}

impl Database {
    pub(crate) fn new() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let admin = server();
        let name = format!("daybook_cli_{}_{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        let database = Self { admin, name };
        database.administer(&format!("CREATE DATABASE {} TEMPLATE template0", database.name));
        database
    }

    fn url(&self) -> String {
        let (server, _) = self.admin.rsplit_once('/').unwrap();
        format!("{server}/{}", self.name)
    }

    /// Ends so many of its connections, whichever.
    pub(crate) fn cut(&self, connections: u32) {
        self.administer(&format!(
            "SELECT pg_terminate_backend(pid) FROM (SELECT pid FROM pg_stat_activity
             WHERE datname = '{}' AND backend_type = 'client backend' ORDER BY random() LIMIT {connections}) s",
            self.name
        ));
    }

    fn administer(&self, sql: &str) {
        execute(&self.admin, sql);
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        self.administer(&format!("DROP DATABASE {} WITH (FORCE)", self.name));
    }
}

/// Runs statements; an error if nobody answers, or the connection ends before they are done.
pub(crate) fn try_execute(url: &str, sql: &str) -> Result<Vec<String>, tokio_postgres::Error> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let (client, connection) = tokio_postgres::connect(url, NoTls).await?;
        let work = async {
            let answer = client.simple_query(sql).await;
            drop(client);
            answer
        };
        let (_, answer) = tokio::join!(connection, work);
        let first = |message| match message {
            SimpleQueryMessage::Row(row) => row.get(0).map(str::to_owned),
            _ => None,
        };
        Ok(answer?.into_iter().filter_map(first).collect())
    })
}

/// Runs statements; answers with the first column of what they found.
pub(crate) fn execute(url: &str, sql: &str) -> Vec<String> {
    try_execute(url, sql).unwrap()
}

/// The server on which every test has its database.
pub(crate) fn server() -> String {
    std::env::var("DAYBOOK_TEST_POSTGRES")
        .expect("DAYBOOK_TEST_POSTGRES is not set: run the tests with `cargo xtask test`")
}

/// A folder whose environment names the database.
pub(crate) fn folder(database: &Database) -> Folder {
    Folder::new().with("DAYBOOK_DATABASE_URL", database.url())
}

#[test]
fn migrate_token_tail_and_check() {
    let database = Database::new();
    let folder = folder(&database);
    let pending = folder.ok(&["migrate", "--status"]);
    assert!(pending.starts_with("0001 initial  pending\n"), "{pending}");
    // A token on a fresh database brings the schema with it.
    let token = folder.ok(&["token", "create", "--name", "Ada", "--role", "owner"]);
    assert!(token.starts_with("dbk_") && token.lines().count() == 1, "{token}");
    assert_eq!(folder.ok(&["migrate"]), "nothing to do\n");
    let status = folder.ok(&["migrate", "--status"]);
    assert!(status.lines().all(|line| line.ends_with("  applied")), "{status}");
    let event: Value = serde_json::from_str(&folder.ok(&["tail", "--json", "--no-follow"])).unwrap();
    assert_eq!((&event["seq"], &event["type"]), (&json!(0), &json!("API_TOKEN_CREATED")));
    let report: Value = serde_json::from_str(&folder.ok(&["check", "--json"])).unwrap();
    assert_eq!((&report["clean"], &report["size"], &report["pending"]), (&json!(true), &json!(1), &json!(0)));
    let doctor = folder.ok(&["doctor", "--listen", "127.0.0.1:0"]);
    assert!(doctor.lines().all(|line| line.starts_with("ok ")), "{doctor}");
    assert_eq!(folder.files(), Vec::<String>::new(), "nothing of it lies in the working folder");
}

#[test]
fn a_portal_is_served_and_what_is_changed_behind_its_back_is_named() {
    let database = Database::new();
    let folder = folder(&database);
    let token = folder.ok(&["token", "create", "--name", "Ada", "--role", "owner"]).trim().to_owned();
    let (server, url) = folder.serve(&["serve", "--listen", "127.0.0.1:0"]);
    assert!(folder.path("daybook.keys").exists());
    let (status, _) =
        http("POST", &format!("{url}/admin/api/tenants"), &token, Some(&json!({ "name": "Acme" })));
    assert_eq!(status, 201);
    server.stop();
    assert!(folder.ok(&["check"]).contains("differences  0"));
    execute(&database.url(), "UPDATE tenants SET name = 'Other' WHERE slug = 'acme'");
    let run = folder.run(&["check"]);
    assert_eq!(run.code, 1);
    assert!(run.stdout.contains("tenants ") && run.stdout.contains("column name"), "{}", run.stdout);
}

#[test]
fn a_person_is_erased_and_the_tables_are_rebuilt() {
    let database = Database::new();
    let folder = folder(&database);
    let token = folder.ok(&["token", "create", "--name", "Ada", "--role", "owner"]);
    let (server, url) = folder.serve(&["serve", "--listen", "127.0.0.1:0"]);
    let user = json!({ "email": "zaphod@example.com", "name": "Zaphod", "role": "auditor" });
    let (status, answer) = http("POST", &format!("{url}/admin/api/users"), token.trim(), Some(&user));
    assert_eq!(status, 201, "{answer}");
    // Beside the running server.
    let run = folder.run(&["erase", "zaphod@example.com", "--yes"]);
    assert_eq!(
        (run.code, run.stderr.as_str()),
        (0, ""),
        "the server of the tests leaves nothing behind: {run:?}"
    );
    assert!(run.stdout.contains("  erased\nevents       1"), "{}", run.stdout);
    server.stop();
    assert!(folder.ok(&["check"]).contains("differences  0"));
}
