//! The admin API, typed. Each call answers with what was asked for or with the problem.

use daybook_model::Role;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

use crate::{
    Activity, ApiToken, Client, Code, DeletionImpact, Device, EventDetail, EventPage, Feed, Generated,
    Impact, LogStatus, NewCode, Page, Plan, Problem, Project, Tenant, client::escape,
};

/// A caller of the admin API.
#[derive(Clone, Debug)]
pub struct Admin {
    client: Client,
    role: Role,
}

impl std::ops::Deref for Admin {
    type Target = Client;

    fn deref(&self) -> &Client {
        &self.client
    }
}

/// A query out of names and values: `query("/x", &[("a", "1")])` is `/x?a=1`.
pub fn query(path: &str, parameters: &[(&str, &str)]) -> String {
    let pairs: Vec<String> =
        parameters.iter().map(|(name, value)| format!("{name}={}", escape(value))).collect();
    if pairs.is_empty() { path.to_owned() } else { format!("{path}?{}", pairs.join("&")) }
}

impl Admin {
    pub(crate) fn new(client: Client, role: Role) -> Self {
        Self { client, role }
    }

    /// Its role.
    pub fn role(&self) -> Role {
        self.role
    }

    async fn read<T: DeserializeOwned>(&self, path: &str) -> Result<T, Problem> {
        self.get(path).send().await.read()
    }

    /// A tenant of this name, not created yet.
    pub fn tenant(&self, name: &str) -> Draft<'_, Tenant> {
        Draft::new(self, "/admin/api/tenants", json!({ "name": name }))
    }

    /// A plan of this name that limits nothing, not created yet.
    pub fn plan(&self, name: &str) -> Draft<'_, Plan> {
        Draft::new(self, "/admin/api/plans", json!({ "name": name }))
    }

    /// A project of this tenant, not created yet.
    pub fn project(&self, tenant: &str, name: &str) -> Draft<'_, Project> {
        let body = json!({ "tenant": tenant, "name": name, "client_name": "City museum" });
        Draft::new(self, "/admin/api/projects", body)
    }

    /// Codes for this tenant, not generated yet; one with one use unless said otherwise.
    pub fn codes(&self, tenant: &str) -> Draft<'_, Generated> {
        Draft::new(self, "/admin/api/codes/generate", json!({ "tenant": tenant }))
    }

    /// An API token of this name and role, not issued yet.
    pub fn api_token(&self, name: &str, role: Role) -> Draft<'_, ApiToken> {
        Draft::new(self, "/admin/api/api-tokens", json!({ "name": name, "role": role.as_str() }))
    }

    /// One code with one use.
    pub async fn code(&self, tenant: &str) -> NewCode {
        self.codes(tenant).create().await.unwrap().items.remove(0)
    }

    /// A tenant by its slug.
    pub async fn read_tenant(&self, slug: &str) -> Result<Tenant, Problem> {
        self.read(&format!("/admin/api/tenants/{slug}")).await
    }

    /// Edits a tenant.
    pub async fn update_tenant(&self, slug: &str, edit: &Value) -> Result<Tenant, Problem> {
        self.patch(&format!("/admin/api/tenants/{slug}"), edit).send().await.read()
    }

    /// What deleting a tenant would close.
    pub async fn deletion_impact(&self, slug: &str) -> Result<DeletionImpact, Problem> {
        self.read(&format!("/admin/api/tenants/{slug}/deletion-impact")).await
    }

    /// Deletes a tenant; answers with what was closed.
    pub async fn delete_tenant(&self, slug: &str) -> Result<Impact, Problem> {
        let reply = self.delete(&format!("/admin/api/tenants/{slug}")).send().await;
        let closed: Value = reply.read()?;
        Ok(serde_json::from_value(closed["closed"].clone()).unwrap())
    }

    /// Suspends a tenant.
    pub async fn suspend_tenant(&self, slug: &str) -> Result<Tenant, Problem> {
        let body = json!({ "reason": "unpaid" });
        self.post(&format!("/admin/api/tenants/{slug}/suspend"), &body).send().await.read()
    }

    /// Lets a tenant work again.
    pub async fn resume_tenant(&self, slug: &str) -> Result<Tenant, Problem> {
        let body = json!({ "reason": "paid" });
        self.post(&format!("/admin/api/tenants/{slug}/resume"), &body).send().await.read()
    }

    /// A project by its id.
    pub async fn read_project(&self, id: &str) -> Result<Project, Problem> {
        self.read(&format!("/admin/api/projects/{id}")).await
    }

    /// Edits a project.
    pub async fn update_project(&self, id: &str, edit: &Value) -> Result<Project, Problem> {
        self.patch(&format!("/admin/api/projects/{id}"), edit).send().await.read()
    }

    /// Deletes a project.
    pub async fn delete_project(&self, id: &str) -> Result<Value, Problem> {
        self.delete(&format!("/admin/api/projects/{id}")).send().await.read()
    }

    /// Binds a code to a project.
    pub async fn assign_code(&self, project: &str, code: &str) -> Result<Project, Problem> {
        let path = format!("/admin/api/projects/{project}/assign-code");
        self.post(&path, &json!({ "code": code })).send().await.read()
    }

    /// Revokes a code.
    pub async fn revoke_code(&self, id: &str) -> Result<Code, Problem> {
        self.delete(&format!("/admin/api/codes/{id}")).send().await.read()
    }

    /// The code with this id, out of the lists.
    pub async fn read_code(&self, id: &str) -> Option<Code> {
        self.all::<Code>("/admin/api/codes", &[]).await.into_iter().find(|code| code.id == id)
    }

    /// A device by its id.
    pub async fn read_device(&self, id: &str) -> Result<Device, Problem> {
        self.read(&format!("/admin/api/devices/{id}")).await
    }

    /// How many devices of a tenant may work, counted in the list.
    pub async fn active_devices(&self, tenant: &str) -> usize {
        self.all::<Device>("/admin/api/devices", &[("tenant", tenant), ("status", "active")]).await.len()
    }

    /// Revokes a device.
    pub async fn revoke_device(&self, id: &str) -> Result<Device, Problem> {
        self.delete(&format!("/admin/api/devices/{id}")).send().await.read()
    }

    /// Revokes an API token; answers with the status.
    pub async fn revoke_api_token(&self, id: &str) -> u16 {
        self.delete(&format!("/admin/api/api-tokens/{id}")).send().await.code()
    }

    /// A page of a list.
    pub async fn list<T: DeserializeOwned>(
        &self,
        path: &str,
        parameters: &[(&str, &str)],
    ) -> Result<Page<T>, Problem> {
        self.read(&query(path, parameters)).await
    }

    /// Every item of a list, page by page.
    pub async fn all<T: DeserializeOwned>(&self, path: &str, parameters: &[(&str, &str)]) -> Vec<T> {
        let (mut items, mut cursor) = (vec![], None::<String>);
        loop {
            let mut asked = parameters.to_vec();
            asked.extend(cursor.as_deref().map(|cursor| ("cursor", cursor)));
            let page: Page<T> = self.list(path, &asked).await.unwrap();
            items.extend(page.items);
            cursor = page.next;
            if cursor.is_none() {
                return items;
            }
        }
    }

    /// Recent Activities, the last seven days.
    pub async fn recent(&self) -> Feed {
        self.read("/admin/api/recent-activities").await.unwrap()
    }

    /// Recent Activities with these parameters.
    pub async fn recent_with(&self, parameters: &[(&str, &str)]) -> Result<Feed, Problem> {
        self.read(&query("/admin/api/recent-activities", parameters)).await
    }

    /// A page of the explorer.
    pub async fn events(&self, parameters: &[(&str, &str)]) -> Result<EventPage, Problem> {
        self.read(&query("/admin/api/events", parameters)).await
    }

    /// Every event that the explorer shows for these parameters, newest first.
    pub async fn all_events(&self, parameters: &[(&str, &str)]) -> Vec<Activity> {
        let mut asked = parameters.to_vec();
        asked.push(("limit", "500"));
        self.all("/admin/api/events", &asked).await
    }

    /// An event by its id or its place in the log.
    pub async fn event(&self, name: &str) -> Result<EventDetail, Problem> {
        self.read(&format!("/admin/api/events/{name}")).await
    }

    /// Size and root of the log.
    pub async fn log_status(&self) -> LogStatus {
        self.read("/admin/api/log/status").await.unwrap()
    }

    /// Any answer as JSON.
    pub async fn value(&self, path: &str) -> Value {
        self.read(path).await.unwrap_or_else(|problem: Problem| panic!("{path}: {problem:?}"))
    }
}

/// Something that is not created yet.
#[derive(Clone, Debug)]
pub struct Draft<'a, T> {
    admin: &'a Admin,
    path: &'static str,
    body: Map<String, Value>,
    key: Option<String>,
    made: std::marker::PhantomData<T>,
}

impl<'a, T: DeserializeOwned> Draft<'a, T> {
    fn new(admin: &'a Admin, path: &'static str, body: Value) -> Self {
        let Value::Object(body) = body else { panic!("a body is an object") };
        Self { admin, path, body, key: None, made: std::marker::PhantomData }
    }

    /// With this field.
    #[must_use]
    pub fn with(mut self, field: &str, value: impl Into<Value>) -> Self {
        self.body.insert(field.to_owned(), value.into());
        self
    }

    /// Under this Idempotency-Key.
    #[must_use]
    pub fn key(mut self, key: &str) -> Self {
        self.key = Some(key.to_owned());
        self
    }

    /// Creates it.
    pub async fn create(self) -> Result<T, Problem> {
        let mut request = self.admin.post(self.path, &Value::Object(self.body));
        if let Some(key) = &self.key {
            request = request.key(key);
        }
        request.send().await.read()
    }
}

impl Draft<'_, Tenant> {
    /// With this slug.
    #[must_use]
    pub fn slug(self, slug: &str) -> Self {
        self.with("slug", slug)
    }

    /// On this plan.
    #[must_use]
    pub fn plan(self, plan: &str) -> Self {
        self.with("plan", plan)
    }

    /// With at most this many active devices.
    #[must_use]
    pub fn device_limit(self, limit: i64) -> Self {
        self.with("device_limit", limit)
    }
}

impl Draft<'_, Generated> {
    /// This many.
    #[must_use]
    pub fn count(self, count: i64) -> Self {
        self.with("count", count)
    }

    /// Each for this many devices.
    #[must_use]
    pub fn max_uses(self, uses: i64) -> Self {
        self.with("max_uses", uses)
    }

    /// Bound to this project.
    #[must_use]
    pub fn project(self, id: &str) -> Self {
        self.with("project", id)
    }

    /// Until this many days from now.
    #[must_use]
    pub fn days(self, days: i64) -> Self {
        self.with("expires_in_days", days)
    }

    /// Called this.
    #[must_use]
    pub fn label(self, label: &str) -> Self {
        self.with("label", label)
    }
}
