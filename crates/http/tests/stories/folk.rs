//! People to change something of, for the operations that stand under the API of both sides: those of one's own account, and those
//! of who manages users. A new such operation needs an arm here.

use daybook_testkit::{Browser, Client, PASSWORD, Role, TestPortal, one_time_code};
use serde_json::{Value, json};

use crate::document::{Operation, Side};

/// The people of one side who are signed in, and the users of a tenant whom both sides manage.
pub(crate) struct Folk {
    tenant: String,
    side: Side,
    number: usize,
    /// Signed in twice, without a second factor.
    me: Own,
    /// Signed in, with one-time codes.
    careful: Own,
    /// How far the careful one has come with signing in again.
    half_way: String,
    recovery_code: String,
    /// One-time codes that `me` has begun to set up.
    totp: (String, String),
    factor: String,
    other_session: String,
    managed: Managed,
    set_up_token: String,
}

struct Own {
    browser: Browser,
    cookie: String,
    email: String,
}

/// Users of the tenant.
struct Managed {
    active: String,
    session: String,
    invited: String,
    link: String,
    disabled: String,
    careful: String,
    api_token: String,
}

impl Folk {
    /// Makes them, under names of their own.
    pub(crate) async fn prepare(portal: &TestPortal, tenant: &str, side: Side, number: usize) -> Self {
        let own_tenant = (side == Side::Tenant).then_some(tenant);
        let role = if side == Side::Tenant { Role::TenantAdmin } else { Role::Admin };
        let me = Own::join(portal, &format!("me-{number}"), role, own_tenant).await;
        let careful = Own::join(portal, &format!("careful-{number}"), role, own_tenant).await;
        let (factor, recovery_code) = careful.set_up_totp(portal).await;
        let half_way = careful.browser.sign_in(&careful.email, PASSWORD).await;
        let half_way = text(&half_way.json(), "/ceremony");
        let other = Browser::new(portal, me.browser.realm().clone());
        let other_session = text(&other.sign_in(&me.email, PASSWORD).await.json(), "/session");
        let begun: Value = me.browser.post("/me/totp", &json!({})).await.json();
        let code = one_time_code(&text(&begun, "/secret"), portal.clock().now());
        let set_up_token = portal.portal().set_up_token().await.unwrap();
        let managed = Managed::prepare(portal, tenant, number).await;
        let careful = Own { cookie: careful.browser.cookie().unwrap(), ..careful };
        Self {
            tenant: tenant.to_owned(),
            side,
            number,
            me,
            careful,
            half_way,
            recovery_code,
            totp: (text(&begun, "/ceremony"), code),
            factor,
            other_session,
            managed,
            set_up_token: set_up_token.unwrap_or_else(|| "used".to_owned()),
        }
    }

    /// A browser's client of who performs this operation on their own account.
    pub(crate) fn client(&self, portal: &TestPortal, operation: &Operation) -> Client {
        let own = if operation.path.contains("/factors/") { &self.careful } else { &self.me };
        portal.anonymous().into_client().with_cookie(&own.cookie)
    }

    /// Path and body of a request that succeeds; nothing for an operation that is not known here.
    pub(crate) fn request(&self, operation: &Operation) -> Option<(String, Option<Value>)> {
        let (id, body) = self.of_account(operation).or_else(|| self.of_users(operation))?;
        Some((operation.path_with(&id), body))
    }

    fn of_account(&self, operation: &Operation) -> Option<(String, Option<Value>)> {
        let id = match operation.relative().as_str() {
            "DELETE /me/sessions/{id}" => &self.other_session,
            "POST /me/factors/{id}/remove" => &self.factor,
            _ => "",
        };
        let body = match operation.relative().as_str() {
            "POST /auth/login" => self.credentials(),
            "POST /auth/second-factor" => {
                json!({ "ceremony": self.half_way, "recovery_code": self.recovery_code })
            }
            "POST /auth/passkey" => self.place(json!({})),
            "POST /auth/passkey/finish" => self.place(json!({ "ceremony": "dbc_none", "credential": {} })),
            "POST /me/passkeys" => json!({ "label": "phone" }),
            "POST /me/passkeys/finish" => json!({ "ceremony": "dbc_none", "credential": {} }),
            "POST /auth/oidc" if self.side == Side::Tenant => json!({ "tenant": self.tenant }),
            "POST /auth/oidc" => json!({}),
            "POST /auth/link" => json!({ "token": self.managed.link }),
            "POST /auth/accept" => {
                json!({ "token": self.managed.link, "password": PASSWORD, "name": "Grace" })
            }
            "POST /auth/set-up" => {
                json!({ "token": self.set_up_token, "email": "first@example.com", "name": "Ada", "password": PASSWORD })
            }
            "PUT /me/notifications" => json!({ "choices": [{ "kind": "new_sign_in", "enabled": false }] }),
            "PATCH /me" => json!({ "name": "Somebody else" }),
            "POST /me/password" => {
                json!({ "current_password": PASSWORD, "password": "another walrus plays chess" })
            }
            "POST /me/totp/confirm" => json!({ "ceremony": self.totp.0, "code": self.totp.1 }),
            "POST /me/factors/{id}/remove" => json!({ "current_password": PASSWORD }),
            "POST /auth/logout"
            | "DELETE /me/sessions"
            | "DELETE /me/sessions/{id}"
            | "POST /me/totp"
            | "POST /me/recovery-codes" => return Some((id.to_owned(), None)),
            _ => return None,
        };
        Some((id.to_owned(), Some(body)))
    }

    /// The body with the tenant, which the tenant's side must name.
    fn place(&self, mut body: Value) -> Value {
        if self.side == Side::Tenant {
            body["tenant"] = json!(self.tenant);
        }
        body
    }

    fn credentials(&self) -> Value {
        match self.side {
            Side::Tenant => json!({ "tenant": self.tenant, "email": self.me.email, "password": PASSWORD }),
            _ => json!({ "email": self.me.email, "password": PASSWORD }),
        }
    }

    fn of_users(&self, operation: &Operation) -> Option<(String, Option<Value>)> {
        let managed = &self.managed;
        let (id, body) = match operation.relative().as_str() {
            "POST /users" => {
                ("", Some(self.within(json!({ "email": self.address(), "role": "tenant_member" }))))
            }
            "PATCH /users/{id}" => (managed.active.as_str(), Some(json!({ "name": "Grace" }))),
            "POST /users/{id}/role" => (managed.active.as_str(), Some(json!({ "role": "tenant_admin" }))),
            "POST /users/{id}/disable" => (managed.active.as_str(), Some(json!({ "reason": "left" }))),
            "POST /users/{id}/enable" => (managed.disabled.as_str(), None),
            "DELETE /users/{id}" | "DELETE /users/{id}/sessions" => (managed.active.as_str(), None),
            "POST /users/{id}/link" => (managed.invited.as_str(), None),
            "POST /users/{id}/erase" => (managed.active.as_str(), Some(json!({ "reason": "asked for it" }))),
            "DELETE /users/{id}/factors" => (managed.careful.as_str(), None),
            "DELETE /sessions/{id}" => (managed.session.as_str(), None),
            "POST /api-tokens" => {
                ("", Some(self.within(json!({ "name": "export", "role": "tenant_member" }))))
            }
            "DELETE /api-tokens/{id}" => (managed.api_token.as_str(), None),
            _ => return None,
        };
        Some((id.to_owned(), body))
    }

    fn address(&self) -> String {
        format!("new-{}@example.com", self.number)
    }

    /// The body with the tenant, which the platform's side must name.
    fn within(&self, mut body: Value) -> Value {
        if self.side != Side::Tenant {
            body["tenant"] = json!(self.tenant);
        }
        body
    }
}

impl Own {
    async fn join(portal: &TestPortal, name: &str, role: Role, tenant: Option<&str>) -> Self {
        let browser = portal.person(name, role, tenant).await;
        let cookie = browser.cookie().unwrap();
        Self { browser, cookie, email: format!("{name}@example.com") }
    }

    /// The factor's id and a recovery code.
    async fn set_up_totp(&self, portal: &TestPortal) -> (String, String) {
        let begun: Value = self.browser.post("/me/totp", &json!({})).await.json();
        let code = one_time_code(&text(&begun, "/secret"), portal.clock().now());
        let body = json!({ "ceremony": text(&begun, "/ceremony"), "code": code });
        let confirmed = self.browser.post("/me/totp/confirm", &body).await;
        assert_eq!(confirmed.code(), 200, "{}", confirmed.text());
        let me: Value = self.browser.get("/me").await.json();
        (text(&me, "/factors/0/id"), text(&confirmed.json(), "/recovery_codes/0"))
    }
}

impl Managed {
    async fn prepare(portal: &TestPortal, tenant: &str, number: usize) -> Self {
        let owner = portal.owner();
        let name = |who: &str| format!("{who}-{number}");
        let member = Role::TenantMember;
        let active = portal.person(&name("active"), member, Some(tenant)).await;
        let active: Value = active.get("/me").await.json();
        let disabled = portal.person(&name("disabled"), member, Some(tenant)).await;
        let disabled = text(&disabled.get("/me").await.json(), "/user/id");
        let path = format!("/admin/api/users/{disabled}/disable");
        assert_eq!(owner.post(&path, &json!({})).send().await.code(), 200);
        let careful = Own::join(portal, &name("managed"), member, Some(tenant)).await;
        careful.set_up_totp(portal).await;
        let careful = text(&careful.browser.get("/me").await.json(), "/user/id");
        let email = format!("{}@example.com", name("invited"));
        let body = json!({ "tenant": tenant, "email": email, "role": "tenant_member" });
        let invited: Value = owner.post("/admin/api/users", &body).send().await.json();
        let link = text(&invited, "/link").split_once("token=").unwrap().1.to_owned();
        let body = json!({ "tenant": tenant, "name": "export", "role": "tenant_member" });
        let api_token: Value = owner.post("/admin/api/api-tokens", &body).send().await.json();
        Self {
            active: text(&active, "/user/id"),
            session: text(&active, "/session"),
            invited: text(&invited, "/user/id"),
            link,
            disabled,
            careful,
            api_token: text(&api_token, "/id"),
        }
    }
}

fn text(value: &Value, pointer: &str) -> String {
    let found = value.pointer(pointer).and_then(Value::as_str);
    found.unwrap_or_else(|| panic!("no text at {pointer} of {value}")).to_owned()
}
