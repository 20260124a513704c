//! A database with tenants, projects and codes that wait to be used, made through the portal.

use std::{
    collections::HashMap,
    path::{Path, PathBuf},
    sync::Arc,
    time::Instant,
};

use daybook_model::{
    Actor, CodeId, Personal, ProjectId, RequestId, TenantId, code::CodeDraft, event::RequestInfo,
    project::ProjectDraft, tenant::TenantDraft,
};
use daybook_portal::{
    Activation, ActivationAnswer, CodeRequest, Context, KeyRing, Portal, PortalConfig, TenantScope, Workers,
};
use daybook_store::{DbConfig, Engine, Store, StoreConfig};
use tempfile::TempDir;
use tokio_postgres::NoTls;
use uuid::Uuid;

use crate::system::{SystemClock, SystemEntropy};

/// Tenants with one project each: enough that they rarely wait for each other.
const TENANTS: usize = 100;
/// More activations per second than this machine class reaches.
const MOST_PER_SECOND: u64 = 9_000;
/// What the devices call themselves, and from where; at every level the same.
pub(crate) const LABEL: &str = "Front desk";
pub(crate) const PLATFORM: &str = "linux";
pub(crate) const USER_AGENT: &str = "daybook-bench/1.0 (measurement)";
const PEER: &str = "127.0.0.1";

/// A project of a tenant.
pub(crate) struct Place {
    pub(crate) tenant: TenantId,
    pub(crate) project: ProjectId,
}

/// A code that was never used.
#[derive(Clone)]
pub(crate) struct Ticket {
    pub(crate) place: Arc<Place>,
    pub(crate) code_id: CodeId,
    pub(crate) code: String,
    pub(crate) digest: [u8; 32],
}

/// A database of its own, with the portal on it.
pub(crate) struct Ground {
    pub(crate) portal: Portal,
    /// None while the sequencer is to stand still.
    workers: Option<Workers>,
    places: Vec<Arc<Place>>,
    database: Database,
}

/// Where the database is, as its owner reaches it.
pub(crate) enum Database {
    File { path: PathBuf, _folder: TempDir },
    Server { url: String, admin: String, name: String },
}

impl Database {
    async fn create(engine: Engine, folder: &Path, name: &str) -> Self {
        match engine {
            Engine::Sqlite => {
                let folder = tempfile::Builder::new().prefix("activate-").tempdir_in(folder).unwrap();
                Self::File { path: folder.path().join("daybook.db"), _folder: folder }
            }
            Engine::Postgres => {
                let admin = server();
                let name = format!("daybook_bench_{}_{name}", std::process::id());
                run_on_server(&admin, &format!("CREATE DATABASE {name} TEMPLATE template0")).await;
                let (base, _) = admin.rsplit_once('/').unwrap();
                Self::Server { url: format!("{base}/{name}"), admin, name }
            }
        }
    }

    pub(crate) fn url(&self) -> String {
        match self {
            Self::File { path, .. } => format!("sqlite:{}", path.display()),
            Self::Server { url, .. } => url.clone(),
        }
    }

    /// A connection of the owner.
    pub(crate) fn open_file(&self) -> rusqlite::Connection {
        let Self::File { path, .. } = self else { panic!("not a file") };
        rusqlite::Connection::open(path).unwrap()
    }

    /// A connection of the owner.
    pub(crate) async fn connect(&self) -> tokio_postgres::Client {
        let Self::Server { url, .. } = self else { panic!("not on a server") };
        connect(url).await
    }

    async fn digests(&self) -> HashMap<CodeId, [u8; 32]> {
        let text = "SELECT code_id, digest FROM code_secrets";
        let pair = |id: Uuid, digest: Vec<u8>| (CodeId::from_uuid(id), digest.try_into().unwrap());
        match self {
            Self::File { .. } => {
                let file = self.open_file();
                let mut statement = file.prepare(text).unwrap();
                let rows = statement.query_map([], |row| Ok(pair(row.get(0)?, row.get(1)?))).unwrap();
                rows.map(Result::unwrap).collect()
            }
            Self::Server { .. } => {
                let rows = self.connect().await.query(text, &[]).await.unwrap();
                rows.iter().map(|row| pair(row.get(0), row.get(1))).collect()
            }
        }
    }

    /// How many rows a table has.
    pub(crate) async fn count(&self, table: &str) -> i64 {
        let text = format!("SELECT count(*) FROM {table}");
        match self {
            Self::File { .. } => self.open_file().query_row(&text, [], |row| row.get(0)).unwrap(),
            Self::Server { .. } => self.connect().await.query_one(&text, &[]).await.unwrap().get(0),
        }
    }

    async fn remove(self) {
        if let Self::Server { admin, name, .. } = self {
            run_on_server(&admin, &format!("DROP DATABASE {name} WITH (FORCE)")).await;
        }
    }
}

/// The server that `cargo xtask bench` provides.
pub(crate) fn server() -> String {
    std::env::var("DAYBOOK_BENCH_POSTGRES")
        .expect("DAYBOOK_BENCH_POSTGRES names no server: start this with `cargo xtask bench activate`")
}

/// A connection that lives as long as its client.
pub(crate) async fn connect(url: &str) -> tokio_postgres::Client {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await.unwrap();
    #[expect(clippy::disallowed_methods, reason = "ends with its client")]
    tokio::spawn(async move { connection.await.unwrap() });
    client
}

async fn run_on_server(url: &str, script: &str) {
    connect(url).await.batch_execute(script).await.unwrap();
}

impl Ground {
    /// A new database with its tenants, each of whose projects has been activated once. Nothing is sequenced yet.
    pub(crate) async fn prepare(engine: Engine, folder: &Path, name: &str) -> Self {
        let database = Database::create(engine, folder, name).await;
        // As `daybook serve` opens it: every acknowledged commit is on the disk.
        let db = DbConfig::from_url(&database.url()).unwrap();
        let config = StoreConfig { db, clock: Arc::new(SystemClock), entropy: Arc::new(SystemEntropy) };
        let store = Store::open(config).await.unwrap();
        let portal = Portal::new(store, KeyRing::generate(&SystemEntropy), PortalConfig::default());
        let mut ground = Self { portal, workers: None, places: vec![], database };
        for number in 0..TENANTS {
            ground.add_place(number).await;
        }
        for ticket in ground.tickets(TENANTS).await {
            activate(&ground.portal, &ticket).await;
        }
        ground
    }

    async fn add_place(&mut self, number: usize) {
        let context = Context::system();
        let draft = TenantDraft {
            name: format!("Tenant number {number}"),
            device_limit: Some(1_000_000),
            ..TenantDraft::default()
        };
        let tenant = self.portal.create_tenant(&context, draft).await.unwrap();
        let draft = ProjectDraft {
            name: format!("Project of {number}"),
            client_name: "Client".to_owned(),
            ..ProjectDraft::default()
        };
        let project = self
            .portal
            .create_project(&context, TenantScope::All, Some(&tenant.slug), draft)
            .await
            .unwrap()
            .project;
        self.places.push(Arc::new(Place { tenant: tenant.id, project: project.id }));
    }

    pub(crate) fn database(&self) -> &Database {
        &self.database
    }

    pub(crate) fn store(&self) -> &Store {
        self.portal.store()
    }

    /// Starts the background work, with the sequencer.
    pub(crate) fn start_workers(&mut self) {
        self.workers = Some(Workers::start(&self.portal));
    }

    /// Ends the background work; what is committed has its number then.
    pub(crate) async fn stop_workers(&mut self) {
        if let Some(workers) = self.workers.take() {
            workers.stop().await;
        }
    }

    /// Codes for a measurement of this many seconds.
    pub(crate) async fn tickets_for(&self, seconds: f64) -> Vec<Ticket> {
        #[expect(
            clippy::cast_precision_loss,
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a number of codes"
        )]
        let count = (seconds * MOST_PER_SECOND as f64) as usize;
        self.tickets(count).await
    }

    /// Fresh codes, one tenant after the other.
    pub(crate) async fn tickets(&self, count: usize) -> Vec<Ticket> {
        let each = count.div_ceil(TENANTS);
        let mut made = vec![];
        for place in &self.places {
            let codes = self.generate(place, each).await;
            made.extend(codes.into_iter().map(|(id, code)| (Arc::clone(place), id, code)));
        }
        let digests = self.database.digests().await;
        let ticket = |(place, code_id, code): (Arc<Place>, CodeId, String)| {
            let digest = *digests.get(&code_id).unwrap();
            Ticket { place, code_id, code, digest }
        };
        let all: Vec<Ticket> = made.into_iter().map(ticket).collect();
        (0..each).flat_map(|round| all.iter().skip(round).step_by(each).cloned()).collect()
    }

    async fn generate(&self, place: &Place, count: usize) -> Vec<(CodeId, String)> {
        let mut codes = vec![];
        let mut left = count;
        while left > 0 {
            let now = left.min(1_000);
            let generated = self
                .portal
                .generate_codes(&Context::system(), TenantScope::All, order(place, now))
                .await
                .unwrap();
            codes.extend(generated.items.into_iter().map(|item| (item.id, item.code)));
            left -= now;
        }
        codes
    }

    /// How long one request for this many codes takes, in microseconds.
    pub(crate) async fn time_generating(&self, count: usize) -> u64 {
        let place = self.places.first().unwrap();
        let start = Instant::now();
        self.portal.generate_codes(&Context::system(), TenantScope::All, order(place, count)).await.unwrap();
        u64::try_from(start.elapsed().as_micros()).unwrap()
    }

    /// Closes and removes everything.
    pub(crate) async fn remove(mut self) {
        self.stop_workers().await;
        self.store().close().await.unwrap();
        drop(self.portal);
        self.database.remove().await;
    }
}

fn order(place: &Place, count: usize) -> CodeRequest {
    let draft = CodeDraft { count: Some(i64::try_from(count).unwrap()), ..CodeDraft::default() };
    CodeRequest { tenant: Some(place.tenant.to_string()), project: Some(place.project), draft }
}

/// Where every activation comes from.
pub(crate) fn request() -> RequestInfo {
    RequestInfo {
        id: Some(RequestId::new(&SystemClock, &SystemEntropy)),
        ip: Some(Personal::from(PEER.to_owned())),
        user_agent: Some(Personal::from(USER_AGENT.to_owned())),
    }
}

/// One activation through the use case.
pub(crate) async fn activate(portal: &Portal, ticket: &Ticket) {
    let context = Context { actor: Actor::device(None), request: request(), idempotency: None };
    let attempt = Activation {
        code: ticket.code.clone(),
        fingerprint: fingerprint(&ticket.code),
        label: Some(LABEL.to_owned()),
        platform: Some(PLATFORM.to_owned()),
        project: None,
    };
    match portal.activate(&context, attempt).await.unwrap() {
        ActivationAnswer::Enrolled(_) => {}
        ActivationAnswer::Again(_) => panic!("a fingerprint was used twice"),
        ActivationAnswer::Refused(reason) => panic!("refused: {reason}"),
    }
}

/// The fingerprint of the only device that uses this code.
pub(crate) fn fingerprint(code: &str) -> String {
    format!("bench-{code}")
}
