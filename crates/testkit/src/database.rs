//! A database for one test: a file in a folder of its own, or a database of its own on the PostgreSQL server. Its owner can look
//! into it and change it behind the portal's back, which the portal's own connections cannot.

use std::{
    path::PathBuf,
    sync::atomic::{AtomicU32, Ordering},
    time::Duration,
};

use daybook_store::{DbConfig, Durability, Engine, Store};
use rusqlite::Connection;
use tempfile::TempDir;
use tokio::sync::OnceCell;
use tokio_postgres::NoTls;

use crate::TestClock;

/// Names the server on which tests may create databases.
const SERVER_VARIABLE: &str = "DAYBOOK_TEST_POSTGRES";

/// A database that lives as long as this.
#[derive(Debug)]
pub struct Database {
    url: String,
    place: Place,
}

#[derive(Debug)]
enum Place {
    File(TempDir),
    Server { admin: String, name: String, dropped: bool },
}

impl Database {
    /// A database on this engine that has its schema and nothing else: a copy of one that is made once for all tests of a program.
    pub async fn create(engine: Engine) -> Self {
        static FILE: OnceCell<Vec<u8>> = OnceCell::const_new();
        static TEMPLATE: OnceCell<String> = OnceCell::const_new();
        match engine {
            Engine::Sqlite => {
                let created = Self::in_folder();
                std::fs::write(created.file().unwrap(), FILE.get_or_init(migrated_file).await).unwrap();
                created
            }
            Engine::Postgres => Self::on_server(TEMPLATE.get_or_init(migrated_template).await).await,
        }
    }

    fn in_folder() -> Self {
        let folder = TempDir::new().unwrap();
        let url = format!("sqlite:{}", folder.path().join("daybook.db").display());
        Self { url, place: Place::File(folder) }
    }

    async fn on_server(template: &str) -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let admin = server();
        let name = format!("daybook_story_{}_{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        run_on_server(&admin, &format!("CREATE DATABASE {name} TEMPLATE {template}")).await;
        Self { url: beside(&admin, &name), place: Place::Server { admin, name, dropped: false } }
    }

    /// How the portal reaches it. A crash of the machine may lose it; a slow machine is not a busy database.
    pub fn config(&self) -> DbConfig {
        config(&self.url)
    }

    /// Where it is, as `--database` takes it.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Runs statements as the owner of the database.
    pub async fn execute(&self, script: &str) {
        match self.file() {
            Some(path) => open(&path).execute_batch(script).unwrap(),
            None => run_on_server(&self.url, script).await,
        }
    }

    /// The whole number that a query answers with, asked by the owner of the database.
    pub async fn number(&self, query: &str) -> i64 {
        if let Some(path) = self.file() {
            return open(&path).query_row(query, [], |row| row.get(0)).unwrap();
        }
        let (client, connection) = tokio_postgres::connect(&self.url, NoTls).await.unwrap();
        let ask = async move {
            let row = client.query_one(query, &[]).await;
            drop(client);
            row.unwrap().get(0)
        };
        tokio::join!(ask, connection).0
    }

    /// The texts that a query answers with, asked by the owner of the database.
    pub async fn texts(&self, query: &str) -> Vec<String> {
        if let Some(path) = self.file() {
            let connection = open(&path);
            let mut statement = connection.prepare(query).unwrap();
            return statement.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
        }
        let (client, connection) = tokio_postgres::connect(&self.url, NoTls).await.unwrap();
        let ask = async move {
            let rows = client.query(query, &[]).await;
            drop(client);
            rows.unwrap().iter().map(|row| row.get(0)).collect()
        };
        tokio::join!(ask, connection).0
    }

    /// The files of the database, and of the server's write-ahead log, in which one of these texts stands as it is.
    pub async fn files_with(&self, texts: &[String]) -> Vec<String> {
        let mut files = vec![];
        if let Some(path) = self.file() {
            files.extend(path.parent().unwrap().read_dir().unwrap().map(|file| file.unwrap().path()));
        } else {
            let place = "SELECT current_setting('data_directory') || '/base/' || oid FROM pg_database
                WHERE datname = current_database() UNION ALL SELECT current_setting('data_directory') || '/pg_wal'";
            files.extend(self.texts(place).await.into_iter().map(PathBuf::from));
        }
        let patterns = texts.iter().flat_map(|text| ["-e", text]);
        let mut grep = std::process::Command::new("grep");
        // A file of the server may be gone before it is read: that is no finding.
        grep.env("LC_ALL", "C").args(["-r", "-l", "-s", "-a", "-F"]).args(patterns).arg("--").args(&files);
        let found = String::from_utf8(grep.output().unwrap().stdout).unwrap();
        found.lines().map(ToOwned::to_owned).collect()
    }

    /// Removes it. The portal must have closed its connections.
    pub async fn remove(mut self) {
        if let Place::Server { admin, name, dropped } = &mut self.place {
            run_on_server(admin, &format!("DROP DATABASE {name} WITH (FORCE)")).await;
            *dropped = true;
        }
    }

    fn file(&self) -> Option<PathBuf> {
        match &self.place {
            Place::File(folder) => Some(folder.path().join("daybook.db")),
            Place::Server { .. } => None,
        }
    }
}

impl Drop for Database {
    /// A test that failed leaves no database behind.
    fn drop(&mut self) {
        if let Place::Server { admin, name, dropped: false } = &self.place {
            let (admin, drop) = (admin.clone(), format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"));
            let in_a_runtime_of_its_own = move || {
                let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
                runtime.block_on(run_on_server(&admin, &drop));
            };
            // The test has failed already and has said why: a database that stays behind adds nothing.
            let _ = std::thread::spawn(in_a_runtime_of_its_own).join();
        }
    }
}

fn server() -> String {
    std::env::var(SERVER_VARIABLE).unwrap_or_else(|_| {
        panic!("{SERVER_VARIABLE} names no PostgreSQL server: run the tests with `cargo xtask test`")
    })
}

/// The address of another database on the same server.
fn beside(admin: &str, name: &str) -> String {
    let (server, _) = admin.rsplit_once('/').unwrap();
    format!("{server}/{name}")
}

fn config(url: &str) -> DbConfig {
    let mut config = DbConfig::from_url(url).unwrap();
    config.durability = Durability::ThrowAway;
    config.patience = Duration::from_secs(20);
    config.pool_size = 8;
    config
}

/// The bytes of a database that has its schema.
async fn migrated_file() -> Vec<u8> {
    let made = Database::in_folder();
    Store::migrate(&made.config(), TestClock::by_hand().now()).await.unwrap();
    std::fs::read(made.file().unwrap()).unwrap()
}

/// The name of a database on the server that has its schema. It goes with the server, or when it is in the way of a program that comes
/// later under the same number.
async fn migrated_template() -> String {
    let (admin, name) = (server(), format!("daybook_template_{}", std::process::id()));
    run_on_server(&admin, &format!("DROP DATABASE IF EXISTS {name}")).await;
    run_on_server(&admin, &format!("CREATE DATABASE {name} TEMPLATE template0")).await;
    Store::migrate(&config(&beside(&admin, &name)), TestClock::by_hand().now()).await.unwrap();
    name
}

fn open(path: &std::path::Path) -> Connection {
    let connection = Connection::open(path).unwrap();
    connection.busy_timeout(Duration::from_secs(20)).unwrap();
    connection
}

async fn run_on_server(url: &str, script: &str) {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await.unwrap();
    let run = async move {
        let done = client.batch_execute(script).await;
        drop(client);
        done
    };
    tokio::join!(run, connection).0.unwrap_or_else(|error| panic!("{script}: {error}"));
}
