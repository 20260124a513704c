//! Somebody whose browser is sent from one server to another: it keeps the cookies of both, and goes where a test sends it and nowhere by
//! itself. Within the portal, [`crate::Browser`] is handier.

use std::collections::BTreeMap;

use reqwest::{Client, Method};
use serde_json::Value;

use crate::{Reply, tls};

/// Goes to any address of this machine and keeps the cookies of all its ports, as browsers do.
#[derive(Clone, Debug)]
pub struct Visitor {
    http: Client,
    cookies: BTreeMap<String, String>,
}

impl Default for Visitor {
    fn default() -> Self {
        Self { http: tls::client().build().unwrap(), cookies: BTreeMap::new() }
    }
}

impl Visitor {
    /// Somebody without cookies.
    pub fn new() -> Self {
        Self::default()
    }

    /// What it keeps under this name.
    pub fn cookie(&self, name: &str) -> Option<&str> {
        self.cookies.get(name).map(String::as_str)
    }

    /// Puts a cookie there, as if the host had set it.
    pub fn set_cookie(&mut self, name: &str, value: &str) {
        self.cookies.insert(name.to_owned(), value.to_owned());
    }

    /// Forgets every cookie.
    pub fn clear(&mut self) {
        self.cookies.clear();
    }

    /// Goes to an address.
    pub async fn get(&mut self, url: &str) -> Reply {
        self.send(Method::GET, url, None).await
    }

    /// Posts JSON there.
    pub async fn post(&mut self, url: &str, body: &Value) -> Reply {
        self.send(Method::POST, url, Some(body)).await
    }

    /// Puts JSON there.
    pub async fn put(&mut self, url: &str, body: &Value) -> Reply {
        self.send(Method::PUT, url, Some(body)).await
    }

    async fn send(&mut self, method: Method, url: &str, body: Option<&Value>) -> Reply {
        let mut request = self.http.request(method, url);
        if !self.cookies.is_empty() {
            let pairs: Vec<_> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
            request = request.header("cookie", pairs.join("; "));
        }
        if let Some(body) = body {
            request = request.json(body);
        }
        let reply = Reply::read_from(request.send().await.unwrap()).await;
        for cookie in reply.headers.get_all("set-cookie") {
            let pair = cookie.to_str().unwrap().split(';').next().and_then(|pair| pair.split_once('='));
            match pair {
                Some((name, "")) => self.cookies.remove(name),
                Some((name, value)) => self.cookies.insert(name.to_owned(), value.to_owned()),
                None => None,
            };
        }
        reply
    }
}
