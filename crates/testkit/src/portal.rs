//! A portal for one test: a database of its own, one node that serves it (more on request), and a token of each role of the platform.

use std::{
    ops::Deref,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use daybook_http::HttpConfig;
use daybook_model::{
    Action, NotificationId, Role,
    api_token::ApiTokenDraft,
    device_limit::DeviceLimitNear,
    notification::{GivenUp, NotificationFailed, NotificationKind, NotificationRef},
};
use daybook_portal::{Context, KeyRing, MailConfig, PasswordConfig, PortalConfig};
use daybook_store::{CheckReport, Engine, NewNotification, Scope};
use serde_json::{Value, json};

use crate::{
    Admin, Browser, Database, MailServer, Node, PASSWORD, Realm, SeededEntropy, TestClock, TestDevice,
    node::{ANYWHERE, Parts},
};

/// The seed of the next portal that is not given one. Each has its own: what one of them drew, no other has anywhere.
fn next_seed() -> u64 {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    NEXT.fetch_add(SEEDS_OF_NODES, Ordering::Relaxed)
}

/// So many seeds are a portal's own: the first is its first node's, the others are those of its other nodes.
const SEEDS_OF_NODES: u64 = 1 << 16;

/// A portal on a database of its own. It must be finished: that stops and checks it.
pub struct TestPortal {
    node: Node,
    database: Option<Database>,
    engine: Engine,
    clock: TestClock,
    entropy: SeededEntropy,
    keys: KeyRing,
    config: PortalConfig,
    tokens: [String; 3],
    /// The seed of the node that comes next.
    next_seed: AtomicU64,
}

impl TestPortal {
    /// A portal whose clock is moved by hand.
    pub async fn start(engine: Engine) -> Self {
        Self::start_with(engine, TestClock::by_hand(), next_seed()).await
    }

    /// A portal with this clock and the randomness of this seed.
    pub async fn start_with(engine: Engine, clock: TestClock, seed: u64) -> Self {
        Self::build(engine, clock, seed, Parts::cheap(), true).await
    }

    /// A portal whose clock is moved by hand and whose mail goes to this server.
    pub async fn start_with_mail(engine: Engine, server: &MailServer) -> Self {
        Self::build(engine, TestClock::by_hand(), next_seed(), Self::mail_config(server), true).await
    }

    /// A portal whose background work is done by hand, and whose mail goes to this server.
    pub async fn start_quiet_with_mail(engine: Engine, server: &MailServer) -> Self {
        Self::build(engine, TestClock::by_hand(), next_seed(), Self::mail_config(server), false).await
    }

    fn mail_config(server: &MailServer) -> PortalConfig {
        let mail = MailConfig::parse(&server.url(), "Daybook <portal@example.com>").unwrap();
        PortalConfig { mail: Some(mail), ..Parts::cheap() }
    }

    /// A portal whose background work is done by hand ([`Node::settle`] numbers what is committed): nothing happens that the test
    /// did not ask for, so the same requests, one after the other, make the same bytes.
    pub async fn start_quiet(engine: Engine, seed: u64) -> Self {
        Self::build(engine, TestClock::by_hand(), seed, Parts::cheap(), false).await
    }

    async fn build(engine: Engine, clock: TestClock, seed: u64, config: PortalConfig, works: bool) -> Self {
        let database = Database::create(engine).await;
        let entropy = SeededEntropy::new(seed);
        let keys = KeyRing::generate(&entropy);
        let parts = Parts {
            clock: Arc::new(clock.clone()),
            entropy: Arc::new(entropy.clone()),
            keys: keys.clone(),
            config: config.clone(),
            works,
            http: Parts::patient(),
            place: ANYWHERE,
        };
        let node = Node::start(database.config(), parts).await;
        let mut tokens = [const { String::new() }; 3];
        for (role, token) in Role::PLATFORM.into_iter().zip(&mut tokens) {
            let draft = ApiTokenDraft::of_platform(format!("the {role} of the test"), role);
            *token = node.portal().issue_api_token(&Context::system(), draft, None).await.unwrap().secret;
        }
        let database = Some(database);
        let next_seed = AtomicU64::new(seed.wrapping_add(1));
        let portal = Self { node, database, engine, clock, entropy, keys, config, tokens, next_seed };
        portal.settle().await;
        portal
    }

    /// Another node on the same database, with the same keys: another process as far as the database can tell. Its randomness is
    /// its own.
    pub async fn second_node(&self) -> Node {
        self.second_node_with(Parts::patient()).await
    }

    /// As [`TestPortal::second_node`], with these limits of its HTTP interface.
    pub async fn second_node_with(&self, http: HttpConfig) -> Node {
        self.another_node(http, self.config.clone(), ANYWHERE).await
    }

    /// As [`TestPortal::second_node`], behind something that browsers reach at this address.
    pub async fn second_node_at(&self, public_url: &str) -> Node {
        let config = PortalConfig { public_url: public_url.parse().unwrap(), ..self.config.clone() };
        self.another_node(Parts::patient(), config, ANYWHERE).await
    }

    /// As [`TestPortal::second_node`], with these costs of a password hash.
    pub async fn second_node_hashing(&self, password: PasswordConfig) -> Node {
        self.another_node(Parts::patient(), PortalConfig { password, ..self.config.clone() }, ANYWHERE).await
    }

    /// As [`TestPortal::second_node`], reached under this name of this machine and at this port: at any free one if it is 0, and else
    /// where a node was that has stopped.
    pub async fn second_node_on(&self, host: &'static str, port: u16) -> Node {
        self.another_node(Parts::patient(), self.config.clone(), (host, port)).await
    }

    async fn another_node(&self, http: HttpConfig, config: PortalConfig, place: (&'static str, u16)) -> Node {
        let parts = Parts {
            clock: Arc::new(self.clock.clone()),
            entropy: Arc::new(SeededEntropy::new(self.next_seed.fetch_add(1, Ordering::Relaxed))),
            keys: self.keys.clone(),
            config,
            works: true,
            http,
            place,
        };
        Node::start(self.database().config(), parts).await
    }

    /// Which engine is behind.
    pub fn engine(&self) -> Engine {
        self.engine
    }

    /// The database, as its owner sees it.
    pub fn database(&self) -> &Database {
        self.database.as_ref().unwrap()
    }

    /// The clock of all nodes.
    pub fn clock(&self) -> &TestClock {
        &self.clock
    }

    /// The randomness of the first node.
    pub fn entropy(&self) -> &SeededEntropy {
        &self.entropy
    }

    /// The token of this role of the platform.
    pub fn token(&self, role: Role) -> &str {
        let [auditor, admin, owner] = &self.tokens;
        match role {
            Role::Auditor => auditor,
            Role::Admin => admin,
            Role::Owner => owner,
            Role::TenantAdmin | Role::TenantMember => panic!("{role}: ask for a token of a tenant"),
        }
    }

    /// A new token of this role within the tenant with this slug.
    pub async fn tenant_token(&self, slug: &str, role: Role) -> String {
        let tenant = self.node.portal().tenant(slug).await.unwrap().to_ref();
        let name = format!("the {role} of {slug}");
        self.issue(ApiTokenDraft { tenant: Some(tenant), ..ApiTokenDraft::of_platform(name, role) }).await
    }

    /// A new token of this role of the platform, or of the tenant with this slug, limited to these actions.
    pub async fn scoped_token(&self, role: Role, tenant: Option<&str>, scopes: &[Action]) -> String {
        let tenant = match tenant {
            Some(slug) => Some(self.node.portal().tenant(slug).await.unwrap().to_ref()),
            None => None,
        };
        let scopes = Some(scopes.iter().map(ToString::to_string).collect());
        self.issue(ApiTokenDraft { tenant, scopes, ..ApiTokenDraft::of_platform("limited", role) }).await
    }

    /// A notification to the contact address of the tenant with this slug that was given up.
    pub async fn failed_notification(&self, slug: &str) -> NotificationId {
        let portal = self.node.portal();
        let tenant = portal.tenant(slug).await.unwrap().to_ref();
        let (store, kind) = (portal.store(), NotificationKind::LimitNear);
        let id = NotificationId::new(store.clock(), store.entropy());
        let mut unit = store.begin(Scope::system()).await.unwrap();
        let near =
            DeviceLimitNear { tenant: tenant.clone(), percent: 80, active_devices: 8, device_limit: 10 };
        let event = unit.record(near).await.unwrap();
        let (give_up_at, sealed) = (unit.now().plus_seconds(60), vec![]);
        unit.notify(NewNotification {
            id,
            tenant: Some(tenant.id),
            user: None,
            kind,
            event,
            sealed,
            give_up_at,
        });
        unit.commit().await.unwrap();
        let mut unit = store.begin(Scope::system()).await.unwrap();
        let notification = NotificationRef { id, kind };
        let error = "unreachable".to_owned();
        let failed =
            NotificationFailed { tenant: Some(tenant), user: None, notification, error, attempts: 0 };
        unit.record_with(failed, GivenUp).await.unwrap();
        unit.commit().await.unwrap();
        id
    }

    /// Issues a token as Daybook itself; answers with its secret.
    async fn issue(&self, draft: ApiTokenDraft) -> String {
        self.node.portal().issue_api_token(&Context::system(), draft, None).await.unwrap().secret
    }

    /// A caller of this role, at this node.
    pub fn caller_at(&self, node: &Node, role: Role) -> Admin {
        Admin::new(node.client(self.token(role)), role)
    }

    /// A caller who may read everything.
    pub fn auditor(&self) -> Admin {
        self.caller_at(&self.node, Role::Auditor)
    }

    /// A caller who may also change tenants, projects, codes and devices.
    pub fn admin(&self) -> Admin {
        self.caller_at(&self.node, Role::Admin)
    }

    /// A caller who may do everything there is on the platform.
    pub fn owner(&self) -> Admin {
        self.caller_at(&self.node, Role::Owner)
    }

    /// A browser without cookies, for people of the platform.
    pub fn browser(&self) -> Browser {
        Browser::new(&self.node, Realm::Platform)
    }

    /// A person with this role who has joined and is signed in: of the platform, or of the tenant with this slug. The address is
    /// `name@example.com`, the password [`PASSWORD`].
    pub async fn person(&self, name: &str, role: Role, tenant: Option<&str>) -> Browser {
        let realm = tenant.map_or(Realm::Platform, |slug| Realm::Tenant(slug.to_owned()));
        let email = format!("{name}@example.com");
        let body = json!({ "email": email, "name": name, "role": role.as_str(), "tenant": tenant });
        let invited = self.owner().post("/admin/api/users", &body).send().await;
        assert_eq!(invited.code(), 201, "{}", invited.text());
        let browser = Browser::new(&self.node, realm);
        let link = invited.json::<Value>()["link"].as_str().unwrap().to_owned();
        let joined = browser.accept(&link, PASSWORD).await;
        assert_eq!(joined.code(), 200, "{}", joined.text());
        browser
    }

    /// A device with this fingerprint, not enrolled.
    pub fn device(&self, fingerprint: &str) -> TestDevice {
        TestDevice::new(self.node.anonymous().into_client(), fingerprint)
    }

    /// Checks everything against the log, while the portal runs.
    pub async fn check(&self) -> CheckReport {
        self.settle().await;
        self.node.portal().store().check(|_| {}).await.unwrap()
    }

    /// Stops the portal and asserts that everything is as the log says.
    pub async fn finish(self) {
        let report = self.finish_and_report().await;
        let found: Vec<String> = report.differences.iter().map(ToString::to_string).collect();
        assert!(found.is_empty(), "what is stored is not what the log says:\n{}", found.join("\n"));
        assert_eq!(report.pending, 0, "events without a number after an orderly stop");
    }

    /// Stops the portal and answers with what a check finds: for tests that changed something behind its back.
    pub async fn finish_and_report(mut self) -> CheckReport {
        self.node.stop_serving().await;
        let store = self.node.portal().store().clone();
        let report = store.check(|_| {}).await.unwrap();
        store.close().await.unwrap();
        self.database.take().unwrap().remove().await;
        report
    }
}

impl Deref for TestPortal {
    type Target = Node;

    /// The first node.
    fn deref(&self) -> &Node {
        &self.node
    }
}
