//! For each operation that changes something, a request that succeeds. A new operation needs a line here, or the stories that walk
//! through the document fail.

use daybook_testkit::{Client, NewCode, Project, Provider, Reply, Request, Role, TestPortal};
use serde_json::{Value, json};

use crate::{
    document::{Operation, Side, operations},
    folk::Folk,
};

/// A portal with something to change for every operation.
pub(crate) struct World<'a> {
    portal: &'a TestPortal,
    tenant: String,
    suspended: String,
    /// No tenant is on it.
    plan: String,
    project: Project,
    code: NewCode,
    device: String,
    notification: String,
    access: String,
    refresh: String,
    platform: Folk,
    within: Folk,
    tenant_tokens: [String; 2],
    /// Kept alive for those who sign in there.
    _provider: Option<Provider>,
}

type Path = fn(&World<'_>) -> String;
type Body = fn(&World<'_>) -> Value;

/// The requests: the operation, its path, its body. What stands under the API of both sides is asked the same of both.
const REQUESTS: [(&str, Path, Option<Body>); 31] = [
    (
        "PATCH /tenant/api/profile",
        |_| "/tenant/api/profile".to_owned(),
        Some(|_| json!({ "name": "Changed", "primary_color": "#123456" })),
    ),
    ("POST /admin/api/tenants", |_| "/admin/api/tenants".to_owned(), Some(new_tenant)),
    (
        "PATCH /admin/api/tenants/{slug}",
        |world| world.of_tenant(""),
        Some(|world| json!({ "name": "Changed", "plan": world.plan })),
    ),
    ("DELETE /admin/api/tenants/{slug}", |world| world.of_tenant(""), None),
    (
        "POST /admin/api/tenants/{slug}/suspend",
        |world| world.of_tenant("/suspend"),
        Some(|_| json!({ "reason": "unpaid" })),
    ),
    (
        "POST /admin/api/tenants/{slug}/resume",
        |world| format!("/admin/api/tenants/{}/resume", world.suspended),
        Some(|_| json!({ "reason": "paid" })),
    ),
    (
        "PUT /admin/api/tenants/{slug}/subscription",
        |world| world.of_tenant("/subscription"),
        Some(|_| json!({ "state": "past_due", "reason": "unpaid" })),
    ),
    (
        "POST /admin/api/plans",
        |_| "/admin/api/plans".to_owned(),
        Some(|world| json!({ "name": format!("new-{}", world.plan), "device_limit": 5 })),
    ),
    (
        "PATCH /admin/api/plans/{name}",
        |world| format!("/admin/api/plans/{}", world.plan),
        Some(|_| json!({ "project_limit": 5 })),
    ),
    ("DELETE /admin/api/plans/{name}", |world| format!("/admin/api/plans/{}", world.plan), None),
    (
        "PUT /admin/api/identity-provider",
        |_| "/admin/api/identity-provider".to_owned(),
        Some(|world| disabled_provider(&world.tenant)),
    ),
    ("DELETE /admin/api/identity-provider", |_| "/admin/api/identity-provider".to_owned(), None),
    (
        "PUT /admin/api/tenants/{slug}/identity-provider",
        |world| world.of_tenant("/identity-provider"),
        Some(|world| disabled_provider(&world.tenant)),
    ),
    (
        "DELETE /admin/api/tenants/{slug}/identity-provider",
        |world| world.of_tenant("/identity-provider"),
        None,
    ),
    (
        "POST /admin/api/projects",
        |_| "/admin/api/projects".to_owned(),
        Some(|world| json!({ "tenant": world.tenant, "name": "Lobby", "client_name": "Museum" })),
    ),
    ("PATCH /admin/api/projects/{id}", |world| world.of_project(""), Some(|_| json!({ "is_active": false }))),
    ("DELETE /admin/api/projects/{id}", |world| world.of_project(""), None),
    (
        "POST /admin/api/projects/{id}/assign-code",
        |world| world.of_project("/assign-code"),
        Some(|world| json!({ "code": world.code.code })),
    ),
    (
        "PUT /admin/api/config/llm",
        |_| "/admin/api/config/llm".to_owned(),
        Some(
            |world| json!({ "system_prompt": format!("You work for {}", world.tenant), "temperature": 0.5 }),
        ),
    ),
    (
        "POST /admin/api/config/llm/revert",
        |_| "/admin/api/config/llm/revert".to_owned(),
        Some(|_| json!({ "version": 0 })),
    ),
    (
        "PUT /admin/api/projects/{id}/llm",
        |world| world.of_project("/llm"),
        Some(|_| json!({ "system_prompt": "You work in the lobby", "temperature": 0.5 })),
    ),
    (
        "POST /admin/api/projects/{id}/llm/revert",
        |world| world.of_project("/llm/revert"),
        Some(|_| json!({ "version": 0 })),
    ),
    (
        "POST /admin/api/codes/generate",
        |_| "/admin/api/codes/generate".to_owned(),
        Some(|world| json!({ "tenant": world.tenant, "count": 2 })),
    ),
    ("DELETE /admin/api/codes/{id}", |world| format!("/admin/api/codes/{}", world.code.id), None),
    (
        "POST /admin/api/notifications/{id}/retry",
        |world| format!("/admin/api/notifications/{}/retry", world.notification),
        None,
    ),
    ("DELETE /admin/api/devices/{id}", |world| format!("/admin/api/devices/{}", world.device), None),
    (
        "POST /device/api/activate",
        |_| "/device/api/activate".to_owned(),
        Some(|world| json!({ "code": world.code.code, "fingerprint": "another-fingerprint" })),
    ),
    ("POST /device/api/refresh", |_| "/device/api/refresh".to_owned(), None),
    (
        "POST /device/api/heartbeat",
        |_| "/device/api/heartbeat".to_owned(),
        Some(|_| json!({ "app_version": "1.0" })),
    ),
    (
        "POST /device/api/usage",
        |_| "/device/api/usage".to_owned(),
        Some(
            |world| json!({ "id": "report-1", "kind": "calls", "quantity": 1, "at": world.portal.clock().now() }),
        ),
    ),
    ("POST /device/api/validate", |_| "/device/api/validate".to_owned(), None),
];

/// One that is not asked whether it is there.
fn disabled_provider(client_id: &str) -> Value {
    json!({
        "issuer": "https://accounts.example.com", "client_id": client_id, "client_secret": "s3cret", "enabled": false,
    })
}

fn new_tenant(world: &World<'_>) -> Value {
    json!({ "name": "Another", "slug": format!("another-{}", world.tenant), "contact_email": "ada@example.com" })
}

/// Gives both sides an identity provider: a running one where the operation with this number signs in there.
async fn configure_providers(portal: &TestPortal, tenant: &str, number: usize) -> Option<Provider> {
    let signs_in = operations().get(number).is_some_and(|one| one.path.ends_with("/auth/oidc"));
    let provider = if signs_in { Some(Provider::start(&[format!("{}/", portal.url())]).await) } else { None };
    let configuration =
        provider.as_ref().map_or_else(|| disabled_provider("daybook"), Provider::configuration);
    for path in ["identity-provider".to_owned(), format!("tenants/{tenant}/identity-provider")] {
        let reply = portal.owner().put(&format!("/admin/api/{path}"), &configuration).send().await;
        assert_eq!(reply.code(), 200, "{}", reply.text());
    }
    provider
}

/// The names of the operations that have a request here; those of people have theirs in `folk.rs`.
pub(crate) fn known() -> impl Iterator<Item = &'static str> {
    REQUESTS.iter().map(|(name, ..)| *name)
}

impl<'a> World<'a> {
    /// Prepares what there is to change, under names of its own.
    pub(crate) async fn prepare(portal: &'a TestPortal, number: usize) -> Self {
        let admin = portal.admin();
        let (tenant, suspended) = (format!("tenant-{number}"), format!("suspended-{number}"));
        admin.tenant("Acme").slug(&tenant).create().await.unwrap();
        admin.tenant("Quiet").slug(&suspended).create().await.unwrap();
        admin.suspend_tenant(&suspended).await.unwrap();
        admin.update_tenant(&tenant, &json!({ "self_service_codes": true })).await.unwrap();
        let plan = format!("plan-{number}");
        admin.plan(&plan).create().await.unwrap();
        let project = admin.project(&tenant, "Kiosk").create().await.unwrap();
        for path in ["config".to_owned(), format!("projects/{}", project.id)] {
            let body = json!({ "instructions": format!("Greet {tenant}") });
            let reply = admin.put(&format!("/admin/api/{path}/llm"), &body).send().await;
            assert_eq!(reply.code(), 200, "{}", reply.text());
        }
        let codes = admin.codes(&tenant).count(2).create().await.unwrap().items;
        let enrolled = portal.device("some-fingerprint").activate(&codes[0].code).await.unwrap();
        let member = portal.tenant_token(&tenant, Role::TenantMember).await;
        let tenant_admin = portal.tenant_token(&tenant, Role::TenantAdmin).await;
        Self {
            portal,
            suspended,
            plan,
            project,
            code: codes[1].clone(),
            device: enrolled.device.id,
            notification: portal.failed_notification(&tenant).await.to_string(),
            access: enrolled.token,
            refresh: enrolled.refresh_token,
            platform: Folk::prepare(portal, &tenant, Side::Platform, number * 2).await,
            within: Folk::prepare(portal, &tenant, Side::Tenant, number * 2 + 1).await,
            tenant_tokens: [member, tenant_admin],
            _provider: configure_providers(portal, &tenant, number).await,
            tenant,
        }
    }

    fn of_tenant(&self, rest: &str) -> String {
        format!("/admin/api/tenants/{}{rest}", self.tenant)
    }

    fn of_project(&self, rest: &str) -> String {
        format!("/admin/api/projects/{}{rest}", self.project.id)
    }

    fn folk(&self, operation: &Operation) -> &Folk {
        if operation.side == Side::Tenant { &self.within } else { &self.platform }
    }

    /// A client with the least token that the operation asks for, or with a session where it is for people alone.
    pub(crate) fn client(&self, operation: &Operation) -> Client {
        if operation.for_people {
            return self.folk(operation).client(self.portal, operation);
        }
        let [member, tenant_admin] = &self.tenant_tokens;
        match (operation.least_role(), operation.device_token.as_deref()) {
            (Some(Role::TenantMember), _) => self.portal.client(member),
            (Some(Role::TenantAdmin), _) => self.portal.client(tenant_admin),
            (Some(role), _) => self.portal.client(self.portal.token(role)),
            (None, Some("refresh")) => self.portal.client(&self.refresh),
            (None, Some(_)) => self.portal.client(&self.access),
            (None, None) => self.portal.anonymous().into_client(),
        }
    }

    fn entry(&self, operation: &Operation) -> (String, Option<Value>) {
        if let Some(request) = self.folk(operation).request(operation) {
            return request;
        }
        let named = |name: &str| REQUESTS.iter().find(|(known, ..)| *known == name);
        let of_platform = operation.name.replace(" /tenant/api", " /admin/api");
        let (_, path, body) = (named(&operation.name).or_else(|| named(&of_platform)))
            .unwrap_or_else(|| panic!("{} has no request in world.rs", operation.name));
        let mut path = path(self);
        if operation.side == Side::Tenant {
            path = path.replace("/admin/api", "/tenant/api");
        }
        (path, body.map(|body| body(self)))
    }

    /// The path of something of the tenant that can be read and is named by an id.
    pub(crate) async fn path_of_read(&self, operation: &Operation) -> String {
        if operation.path.contains("/events/{id}") {
            let event = self.portal.auditor().all_events(&[("tenant", &self.tenant)]).await.remove(0);
            return operation.path.replace("{id}", &event.id);
        }
        // What is read is named by the same ids as what is changed.
        let changes = operations().into_iter().find(|one| one.changes() && one.path == operation.path);
        self.path(&changes.expect("whatever can be read can be changed"))
    }

    /// The path of a request that succeeds.
    pub(crate) fn path(&self, operation: &Operation) -> String {
        self.entry(operation).0
    }

    /// The body of a request that succeeds.
    pub(crate) fn body(&self, operation: &Operation) -> Option<Value> {
        self.entry(operation).1
    }

    /// As [`World::body`], for an operation that may only read.
    pub(crate) fn body_if_known(&self, operation: &Operation) -> Option<Value> {
        operation.changes().then(|| self.body(operation)).flatten()
    }

    /// A request that succeeds but for its body, which is the caller's to give.
    pub(crate) fn request(&self, operation: &Operation) -> Request {
        self.client(operation).request(operation.method.clone(), &self.path(operation))
    }

    /// Sends the request that succeeds.
    pub(crate) async fn perform(&self, operation: &Operation) -> Reply {
        let request = self.request(operation);
        match self.body(operation) {
            Some(body) => request.json(&body).send().await,
            None => request.send().await,
        }
    }
}
