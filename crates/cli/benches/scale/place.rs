//! One database with the real program on it, as its users start it.

use std::{
    path::PathBuf,
    time::{Duration, Instant},
};

use daybook_testkit::Engine;
use serde_json::Value;

use crate::{
    connection::Connection,
    options::Options,
    program::{Folder, Running},
};

/// A database, the folder beside it, and the server while it runs.
pub(crate) struct Place {
    engine: Engine,
    folder: Folder,
    /// The folder, if it goes with this.
    thrown_away: Option<PathBuf>,
    database: String,
    /// On which server the database is, and its name there.
    server: Option<(String, String)>,
    token: String,
    running: Option<(Running, String)>,
}

impl Place {
    /// Opens the database of this engine, or makes it.
    pub(crate) fn open(engine: Engine, options: &Options) -> Self {
        let path = options.folder().join(format!("scale-{engine}"));
        if options.kept.is_none() {
            let _ = std::fs::remove_dir_all(&path);
        }
        let server = (engine == Engine::Postgres).then(|| {
            let server = std::env::var("DAYBOOK_BENCH_POSTGRES")
                .expect("DAYBOOK_BENCH_POSTGRES names no server: start this with `cargo xtask bench`");
            let name = format!("daybook_scale_{}", std::process::id());
            sql(&server, &format!("CREATE DATABASE {name} TEMPLATE template0"));
            (server, name)
        });
        let database = match &server {
            Some((server, name)) => format!("{}/{name}", server.rsplit_once('/').unwrap().0),
            None => format!("sqlite:{}", path.join("daybook.db").display()),
        };
        let folder = Folder::at(path.clone());
        // A server's codes are of the keys that lie beside them: a kept folder has none of another database's.
        if engine == Engine::Postgres {
            let _ = std::fs::remove_file(path.join("daybook.keys"));
        }
        let thrown_away = options.kept.is_none().then_some(path);
        let mut place =
            Self { engine, folder, thrown_away, database, server, token: String::new(), running: None };
        place.token = place.new_token("owner");
        place
    }

    /// A new API token of this role.
    pub(crate) fn new_token(&self, role: &str) -> String {
        let name = format!("measurement as {role}");
        self.run(&["--quiet", "token", "create", "--name", &name, "--role", role]).trim().to_owned()
    }

    /// Runs the program to its end, on this database.
    pub(crate) fn run(&self, arguments: &[&str]) -> String {
        self.folder.ok(&[arguments, &["--database", &self.database]].concat())
    }

    /// Starts the server; answers with how long it takes until it has answered a request.
    pub(crate) fn start(&mut self) -> Duration {
        let start = Instant::now();
        let arguments = ["serve", "--listen", "127.0.0.1:0", "--database", &self.database];
        self.running = Some(self.folder.serve(&arguments));
        self.connect().get("/admin/api/log/status");
        start.elapsed()
    }

    /// Stops the server, if it runs.
    pub(crate) fn stop(&mut self) {
        if let Some((running, _)) = self.running.take() {
            running.stop();
        }
    }

    pub(crate) fn engine(&self) -> Engine {
        self.engine
    }

    pub(crate) fn url(&self) -> &str {
        &self.running.as_ref().unwrap().1
    }

    pub(crate) fn token(&self) -> &str {
        &self.token
    }

    /// The server's process.
    pub(crate) fn process(&self) -> i32 {
        self.running.as_ref().unwrap().0.id()
    }

    pub(crate) fn database(&self) -> &str {
        &self.database
    }

    /// A connection of its own to the server, as an owner.
    pub(crate) fn connect(&self) -> Connection {
        Connection::open(self.url(), &self.token)
    }

    /// How many entries the log has, once all that is committed is in it.
    pub(crate) fn log_size(&self) -> u64 {
        let mut connection = self.connect();
        loop {
            let status: Value = connection.get("/admin/api/log/status");
            if status["pending"] == 0 {
                return status["size"].as_u64().unwrap();
            }
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    /// Waits until the engine has nothing more to do with what was written. A portal that has grown over months is in this state; one that
    /// was filled in minutes has all of its rows before autovacuum and the checkpointer.
    pub(crate) fn settle(&self) {
        if self.server.is_some() {
            for statement in ["VACUUM ANALYZE", "CHECKPOINT"] {
                sql(&self.database, statement);
            }
        }
    }

    /// Takes away what is not to be kept.
    pub(crate) fn remove(mut self) {
        self.stop();
        if let Some((server, name)) = &self.server {
            sql(server, &format!("DROP DATABASE {name} WITH (FORCE)"));
        }
        if let Some(path) = &self.thrown_away {
            std::fs::remove_dir_all(path).unwrap();
        }
    }
}

fn sql(url: &str, script: &str) {
    on_server(url, async |client| client.batch_execute(script).await.unwrap());
}

/// Asks the server of a database something, as its owner.
pub(crate) fn on_server<T>(url: &str, ask: impl AsyncFnOnce(&tokio_postgres::Client) -> T) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let (client, connection) = tokio_postgres::connect(url, tokio_postgres::NoTls).await.unwrap();
        let asked = async {
            let answer = ask(&client).await;
            drop(client);
            answer
        };
        tokio::join!(asked, connection).0
    })
}
