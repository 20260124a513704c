//! Requests and answers as they travel. The typed clients stand on this; stories about the interface itself use it directly.

use std::fmt::Write;

use reqwest::{
    Method, StatusCode,
    header::{HeaderMap, HeaderValue},
};
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::{Problem, tls};

/// Speaks to one node, with or without a token.
#[derive(Clone, Debug)]
pub struct Client {
    http: reqwest::Client,
    url: String,
    token: Option<String>,
    cookie: Option<String>,
}

/// A caller without a token.
#[derive(Clone, Debug)]
pub struct Anonymous(pub(crate) Client);

impl Anonymous {
    /// The client itself.
    pub fn into_client(self) -> Client {
        self.0
    }
}

impl std::ops::Deref for Anonymous {
    type Target = Client;

    fn deref(&self) -> &Client {
        &self.0
    }
}

impl Client {
    /// A client of the node at this address.
    pub fn new(url: &str, token: Option<&str>) -> Self {
        let http = tls::client().user_agent("daybook-test/1").build().unwrap();
        Self { http, url: url.to_owned(), token: token.map(ToOwned::to_owned), cookie: None }
    }

    /// The same connections with another token, or without one.
    #[must_use]
    pub fn with_token(&self, token: Option<&str>) -> Self {
        Self { token: token.map(ToOwned::to_owned), ..self.clone() }
    }

    /// The same connections with a session's cookie, as a browser at the portal's own pages has them.
    #[must_use]
    pub fn with_cookie(&self, cookie: &str) -> Self {
        Self { token: None, cookie: Some(cookie.to_owned()), ..self.clone() }
    }

    /// A request for this path, with its query.
    pub fn request(&self, method: Method, path: &str) -> Request {
        let mut builder = self.http.request(method, format!("{}{path}", self.url));
        if let Some(token) = &self.token {
            builder = builder.bearer_auth(token);
        }
        if let Some(cookie) = &self.cookie {
            builder = builder.header("cookie", cookie).header("sec-fetch-site", "same-origin");
        }
        Request { builder }
    }

    /// `GET`.
    pub fn get(&self, path: &str) -> Request {
        self.request(Method::GET, path)
    }

    /// `POST` with a JSON body.
    pub fn post(&self, path: &str, body: &Value) -> Request {
        self.request(Method::POST, path).json(body)
    }

    /// `PUT` with a JSON body.
    pub fn put(&self, path: &str, body: &Value) -> Request {
        self.request(Method::PUT, path).json(body)
    }

    /// `PATCH` with a JSON body.
    pub fn patch(&self, path: &str, body: &Value) -> Request {
        self.request(Method::PATCH, path).json(body)
    }

    /// `DELETE`.
    pub fn delete(&self, path: &str) -> Request {
        self.request(Method::DELETE, path)
    }
}

/// A request that is not sent yet.
#[derive(Debug)]
pub struct Request {
    builder: reqwest::RequestBuilder,
}

impl Request {
    /// With this JSON body.
    #[must_use]
    pub fn json(self, body: &Value) -> Self {
        Self { builder: self.builder.json(body) }
    }

    /// With these bytes as JSON, whatever they are.
    #[must_use]
    pub fn raw_json(self, body: impl Into<Vec<u8>>) -> Self {
        self.header("content-type", "application/json").body(body)
    }

    /// With this body.
    #[must_use]
    pub fn body(self, body: impl Into<Vec<u8>>) -> Self {
        Self { builder: self.builder.body(body.into()) }
    }

    /// With this body in pieces, its length not said in advance.
    #[must_use]
    pub fn chunked(self, pieces: Vec<Vec<u8>>) -> Self {
        let pieces = futures_util::stream::iter(pieces.into_iter().map(Ok::<_, std::io::Error>));
        Self { builder: self.builder.body(reqwest::Body::wrap_stream(pieces)) }
    }

    /// With this header.
    #[must_use]
    pub fn header(self, name: &'static str, value: &str) -> Self {
        let value = HeaderValue::from_bytes(value.as_bytes()).unwrap();
        Self { builder: self.builder.header(name, value) }
    }

    /// Under this Idempotency-Key.
    #[must_use]
    pub fn key(self, key: &str) -> Self {
        self.header("idempotency-key", key)
    }

    /// Only if the resource still has this `ETag`.
    #[must_use]
    pub fn if_match(self, etag: &str) -> Self {
        self.header("if-match", etag)
    }

    /// Sends it and reads the whole answer.
    pub async fn send(self) -> Reply {
        Reply::read_from(self.builder.send().await.unwrap()).await
    }

    /// Sends it and answers with the status alone: for answers that do not end.
    pub async fn status(self) -> u16 {
        self.open().await.status().as_u16()
    }

    /// Sends it and reads no further than the head.
    pub(crate) async fn open(self) -> reqwest::Response {
        self.builder.send().await.unwrap()
    }
}

/// An answer.
#[derive(Debug)]
pub struct Reply {
    /// Its status.
    pub status: StatusCode,
    /// Its headers.
    pub headers: HeaderMap,
    /// Its body.
    pub body: Vec<u8>,
}

impl Reply {
    /// Reads the whole answer.
    pub(crate) async fn read_from(response: reqwest::Response) -> Self {
        let (status, headers) = (response.status(), response.headers().clone());
        let body = response.bytes().await.unwrap().to_vec();
        Self { status, headers, body }
    }

    /// The status as a number.
    pub fn code(&self) -> u16 {
        self.status.as_u16()
    }

    /// A header, empty if there is none.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// The body as text.
    pub fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }

    /// The body, read as this type.
    pub fn json<T: DeserializeOwned>(&self) -> T {
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|error| panic!("{error} in {} {}", self.status, self.text()))
    }

    /// The body if the request succeeded, else the problem.
    pub fn read<T: DeserializeOwned>(&self) -> Result<T, Problem> {
        if self.status.is_success() { Ok(self.json()) } else { Err(self.problem()) }
    }

    /// The problem that it is; panics if it is none, or not as RFC 9457 and the contract say.
    pub fn problem(&self) -> Problem {
        assert!(
            self.status.is_client_error() || self.status.is_server_error(),
            "not a problem: {} {}",
            self.status,
            self.text()
        );
        assert_eq!(
            self.header("content-type"),
            "application/problem+json",
            "{} {}",
            self.status,
            self.text()
        );
        let problem: Problem = self.json();
        assert_eq!(problem.status, self.code());
        assert_eq!(problem.request_id, self.header("x-request-id"));
        problem
    }
}

/// A text as it stands in a path or a query (RFC 3986): everything but unreserved characters is escaped.
pub(crate) fn escape(text: &str) -> String {
    text.bytes().fold(String::new(), |mut escaped, byte| {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            escaped.push(char::from(byte));
        } else {
            write!(escaped, "%{byte:02X}").unwrap();
        }
        escaped
    })
}
