//! What is known of every request before its handler runs: its id, where it came from and with what. Must not trust forwarded
//! addresses: whoever runs a proxy in front sees its address here.

use std::net::SocketAddr;

use axum::{
    extract::{ConnectInfo, FromRequestParts, Request, State},
    http::{HeaderValue, header, request::Parts},
    middleware::Next,
    response::Response,
};
use daybook_model::{Personal, RequestId, event::RequestInfo};
use tracing::Instrument;

use crate::{App, idempotency::Key, problem::Problem};

/// The longest user agent that is kept.
const MAX_USER_AGENT: usize = 300;

/// What is known of a request.
#[derive(Debug, Clone)]
pub(crate) struct RequestMeta {
    pub(crate) id: RequestId,
    pub(crate) info: RequestInfo,
}

/// Gives the request its id, and the answer the same.
pub(crate) async fn identify(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let store = app.portal.store();
    let id = RequestId::new(store.clock(), store.entropy());
    let ip = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|peer| peer.0.ip().to_string());
    let agent = request.headers().get(header::USER_AGENT).and_then(|agent| agent.to_str().ok());
    let user_agent = agent.map(|agent| agent.chars().take(MAX_USER_AGENT).collect::<String>());
    let info =
        RequestInfo { id: Some(id), ip: ip.map(Personal::from), user_agent: user_agent.map(Personal::from) };
    // Paths hold ids and slugs, queries may hold what a person typed: only the path is logged.
    let span = tracing::info_span!("request", %id, method = %request.method(), path = request.uri().path());
    request.extensions_mut().insert(RequestMeta { id, info });
    let mut response = next.run(request).instrument(span.clone()).await;
    span.in_scope(|| tracing::debug!(status = response.status().as_u16(), "answered"));
    if let Ok(id) = HeaderValue::from_str(&id.to_string()) {
        response.headers_mut().insert("x-request-id", id);
    }
    response
}

/// What an event will say of the request that caused it, and the request's Idempotency-Key.
#[derive(Debug, Clone)]
pub(crate) struct Origin {
    pub(crate) info: RequestInfo,
    pub(crate) idempotency: Option<daybook_portal::IdempotencyKey>,
}

impl<S: Sync> FromRequestParts<S> for Origin {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let info = parts.extensions.get::<RequestMeta>().map(|meta| meta.info.clone()).unwrap_or_default();
        let idempotency = parts.extensions.get::<Key>().map(|key| key.0.clone());
        Ok(Self { info, idempotency })
    }
}
