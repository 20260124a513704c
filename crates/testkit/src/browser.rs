//! A person at a browser: keeps the cookie of the session and says, as browsers do, that its requests come from the portal's own pages.

use std::sync::{Arc, Mutex};

use reqwest::Method;
use serde_json::{Value, json};

use crate::{Client, Node, Reply, Request};

/// The password that people of tests choose.
pub const PASSWORD: &str = "a walrus plays chess";

/// Under which side's API somebody signs in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Realm {
    /// People of the platform.
    Platform,
    /// People of the tenant with this slug.
    Tenant(String),
}

impl Realm {
    /// The beginning of the side's paths.
    pub fn api(&self) -> &'static str {
        match self {
            Self::Platform => "/admin/api",
            Self::Tenant(_) => "/tenant/api",
        }
    }
}

/// A browser with its cookies. Clones share them, as the tabs of a browser do.
#[derive(Clone, Debug)]
pub struct Browser {
    client: Client,
    realm: Realm,
    cookie: Arc<Mutex<Option<String>>>,
}

impl Browser {
    /// A browser without cookies, at this node.
    pub fn new(node: &Node, realm: Realm) -> Self {
        Self { client: node.anonymous().into_client(), realm, cookie: Arc::default() }
    }

    /// The same browser, at another node.
    #[must_use]
    pub fn at(&self, node: &Node) -> Self {
        Self { client: node.anonymous().into_client(), ..self.clone() }
    }

    /// Which side's people use it.
    pub fn realm(&self) -> &Realm {
        &self.realm
    }

    /// The cookie as it would be sent: `name=value`.
    pub fn cookie(&self) -> Option<String> {
        self.cookie.lock().unwrap().clone()
    }

    /// Puts a cookie into the browser, or takes it out.
    pub fn set_cookie(&self, cookie: Option<&str>) {
        *self.cookie.lock().unwrap() = cookie.map(ToOwned::to_owned);
    }

    /// A request for a path below the side's API, such as `/me`, or for a whole path that begins with the API. What it answers sets no
    /// cookie; [`Browser::send`] does that.
    pub fn request(&self, method: Method, path: &str) -> Request {
        let whole = if path.starts_with("/admin/") || path.starts_with("/tenant/") {
            path.to_owned()
        } else {
            format!("{}{path}", self.realm.api())
        };
        match self.cookie() {
            Some(cookie) => self.client.with_cookie(&cookie).request(method, &whole),
            None => self.client.request(method, &whole).header("sec-fetch-site", "same-origin"),
        }
    }

    /// Sends a request and keeps the cookie that the answer sets.
    pub async fn send(&self, request: Request) -> Reply {
        let reply = request.send().await;
        for line in reply.headers.get_all("set-cookie") {
            let pair = line.to_str().unwrap().split(';').next().unwrap().to_owned();
            if pair.contains("daybook_session=") {
                let kept = (!pair.ends_with('=')).then_some(pair);
                *self.cookie.lock().unwrap() = kept;
            }
        }
        reply
    }

    /// `GET`.
    pub async fn get(&self, path: &str) -> Reply {
        self.send(self.request(Method::GET, path)).await
    }

    /// `POST` with a JSON body.
    pub async fn post(&self, path: &str, body: &Value) -> Reply {
        self.send(self.request(Method::POST, path).json(body)).await
    }

    /// `PATCH` with a JSON body.
    pub async fn patch(&self, path: &str, body: &Value) -> Reply {
        self.send(self.request(Method::PATCH, path).json(body)).await
    }

    /// `DELETE`.
    pub async fn delete(&self, path: &str) -> Reply {
        self.send(self.request(Method::DELETE, path)).await
    }

    /// Ids of the person and of the session that is signed in.
    pub async fn ids(&self) -> (String, String) {
        let me: Value = self.get("/me").await.json();
        (me["user"]["id"].as_str().unwrap().to_owned(), me["session"].as_str().unwrap().to_owned())
    }

    /// Another browser of the same side at the same node, without cookies.
    #[must_use]
    pub fn fresh(&self) -> Self {
        Self { cookie: Arc::default(), ..self.clone() }
    }

    /// Tries to sign in with a password.
    pub async fn sign_in(&self, email: &str, password: &str) -> Reply {
        let body = match &self.realm {
            Realm::Platform => json!({ "email": email, "password": password }),
            Realm::Tenant(slug) => json!({ "tenant": slug, "email": email, "password": password }),
        };
        self.post("/auth/login", &body).await
    }

    /// Follows a single-use link and chooses this password.
    pub async fn accept(&self, link: &str, password: &str) -> Reply {
        let (_, token) = link.split_once("token=").unwrap_or(("", link));
        self.post("/auth/accept", &json!({ "token": token, "password": password })).await
    }
}
