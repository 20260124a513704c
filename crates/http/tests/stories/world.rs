//! For each operation that changes something, a request that succeeds. A new operation needs a line here, or the stories that walk
//! through the document fail.

use daybook_testkit::{Client, NewCode, Project, Reply, Request, Role, TestPortal};
use serde_json::{Value, json};

use crate::{
    document::{Operation, Side},
    folk::Folk,
};

/// A portal with something to change for every operation.
pub(crate) struct World<'a> {
    portal: &'a TestPortal,
    tenant: String,
    suspended: String,
    project: Project,
    code: NewCode,
    device: String,
    access: String,
    refresh: String,
    platform: Folk,
    within: Folk,
    tenant_tokens: [String; 2],
}

type Path = fn(&World<'_>) -> String;
type Body = fn(&World<'_>) -> Value;

/// The requests: the operation, its path, its body.
const REQUESTS: [(&str, Path, Option<Body>); 16] = [
    ("POST /admin/api/tenants", |_| "/admin/api/tenants".to_owned(), Some(new_tenant)),
    (
        "PATCH /admin/api/tenants/{slug}",
        |world| world.of_tenant(""),
        Some(|_| json!({ "name": "Changed", "plan": "plus" })),
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
        "POST /admin/api/codes/generate",
        |_| "/admin/api/codes/generate".to_owned(),
        Some(|world| json!({ "tenant": world.tenant, "count": 2 })),
    ),
    ("DELETE /admin/api/codes/{id}", |world| format!("/admin/api/codes/{}", world.code.id), None),
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
    ("POST /device/api/validate", |_| "/device/api/validate".to_owned(), None),
];

fn new_tenant(world: &World<'_>) -> Value {
    json!({ "name": "Another", "slug": format!("another-{}", world.tenant), "contact_email": "ada@example.com" })
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
        let project = admin.project(&tenant, "Kiosk").create().await.unwrap();
        let codes = admin.codes(&tenant).count(2).create().await.unwrap().items;
        let enrolled = portal.device("some-fingerprint").activate(&codes[0].code).await.unwrap();
        let member = portal.tenant_token(&tenant, Role::TenantMember).await;
        let tenant_admin = portal.tenant_token(&tenant, Role::TenantAdmin).await;
        Self {
            portal,
            suspended,
            project,
            code: codes[1].clone(),
            device: enrolled.device.id,
            access: enrolled.token,
            refresh: enrolled.refresh_token,
            platform: Folk::prepare(portal, &tenant, Side::Platform, number * 2).await,
            within: Folk::prepare(portal, &tenant, Side::Tenant, number * 2 + 1).await,
            tenant_tokens: [member, tenant_admin],
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
        let found = REQUESTS.iter().find(|(name, ..)| *name == operation.name);
        let (_, path, body) =
            found.unwrap_or_else(|| panic!("{} has no request in world.rs", operation.name));
        (path(self), body.map(|body| body(self)))
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
