//! The device API, typed: one device with its fingerprint.

use serde_json::{Map, Value, json};

use crate::{Client, Enrolment, Problem, Reply, Validation};

/// A device: a fingerprint and, once it is enrolled, what the test keeps of its enrolment.
#[derive(Clone, Debug)]
pub struct TestDevice {
    client: Client,
    fingerprint: String,
}

impl TestDevice {
    pub(crate) fn new(client: Client, fingerprint: &str) -> Self {
        Self { client, fingerprint: fingerprint.to_owned() }
    }

    /// An attempt with this code, not sent yet.
    pub fn attempt(&self, code: &str) -> Attempt<'_> {
        let Value::Object(body) = json!({ "code": code, "fingerprint": self.fingerprint }) else {
            panic!("a body is an object")
        };
        Attempt { device: self, body, key: None }
    }

    /// Activates with this code.
    pub async fn activate(&self, code: &str) -> Result<Enrolment, Problem> {
        self.attempt(code).send().await.read()
    }

    /// Exchanges a refresh token.
    pub async fn refresh(&self, refresh_token: &str) -> Result<Enrolment, Problem> {
        self.refresh_request(refresh_token).send().await.read()
    }

    /// The request that exchanges a refresh token, not sent yet.
    pub fn refresh_request(&self, refresh_token: &str) -> crate::Request {
        self.client.with_token(Some(refresh_token)).request(reqwest::Method::POST, "/device/api/refresh")
    }

    /// Asks what a token is worth.
    pub async fn validate(&self, token: &str) -> Validation {
        let client = self.client.with_token(Some(token));
        let reply = client.request(reqwest::Method::POST, "/device/api/validate").send().await;
        assert_eq!(reply.code(), 200, "{}", reply.text());
        reply.json()
    }

    /// Sends a heartbeat.
    pub async fn heartbeat(&self, token: &str, app_version: &str) -> Reply {
        let body = json!({ "app_version": app_version });
        self.client.with_token(Some(token)).post("/device/api/heartbeat", &body).send().await
    }
}

/// An attempt to activate that is not sent yet.
#[derive(Clone, Debug)]
pub struct Attempt<'a> {
    device: &'a TestDevice,
    body: Map<String, Value>,
    key: Option<String>,
}

impl Attempt<'_> {
    /// With this field.
    #[must_use]
    pub fn with(mut self, field: &str, value: impl Into<Value>) -> Self {
        self.body.insert(field.to_owned(), value.into());
        self
    }

    /// For this project.
    #[must_use]
    pub fn project(self, id: &str) -> Self {
        self.with("project", id)
    }

    /// Under this Idempotency-Key.
    #[must_use]
    pub fn key(mut self, key: &str) -> Self {
        self.key = Some(key.to_owned());
        self
    }

    /// Sends it.
    pub async fn send(self) -> Reply {
        let mut request = self.device.client.post("/device/api/activate", &Value::Object(self.body));
        if let Some(key) = &self.key {
            request = request.key(key);
        }
        request.send().await
    }

    /// Sends it and expects a refusal.
    pub async fn refused(self) -> Problem {
        self.send().await.problem()
    }
}
