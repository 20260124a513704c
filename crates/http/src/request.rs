//! What is known of every request before its handler runs: its id, where it came from and with what. Must not believe anybody but the
//! trusted proxies where a request came from.

use std::net::{IpAddr, SocketAddr};

use axum::{
    extract::{ConnectInfo, FromRequestParts, Request, State},
    http::{HeaderMap, HeaderValue, header, request::Parts},
    middleware::Next,
    response::Response,
};
use daybook_model::{Actor, Personal, RequestId, event::RequestInfo};
use daybook_portal::Context;
use tracing::Instrument;

use crate::{App, Network, idempotency::Key, problem::Problem};

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
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|peer| peer.0.ip());
    let ip = peer.map(|peer| sender(peer, request.headers(), &app.config.trusted_proxies).to_string());
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

/// Who sent the request: the direct peer, or whom a trusted proxy took it from. `X-Forwarded-For` is read from the right, where each
/// proxy adds its peer; what stands left of the first that is not trusted may be anybody's invention.
fn sender(peer: IpAddr, headers: &HeaderMap, trusted: &[Network]) -> IpAddr {
    let is_trusted = |address: IpAddr| trusted.iter().any(|network| network.contains(address));
    let mut sender = peer.to_canonical();
    for line in headers.get_all("x-forwarded-for").iter().rev() {
        for entry in String::from_utf8_lossy(line.as_bytes()).rsplit(',') {
            if !is_trusted(sender) {
                return sender;
            }
            match forwarded(entry.trim()) {
                Some(address) => sender = address,
                None => return peer.to_canonical(),
            }
        }
    }
    sender
}

/// An entry of `X-Forwarded-For`: an address; some proxies add the port.
fn forwarded(entry: &str) -> Option<IpAddr> {
    let with_port = || entry.parse().ok().map(|address: SocketAddr| address.ip());
    entry.parse().ok().or_else(with_port).map(|address: IpAddr| address.to_canonical())
}

/// What an event will say of the request that caused it, and the request's Idempotency-Key.
#[derive(Debug, Clone)]
pub(crate) struct Origin {
    pub(crate) info: RequestInfo,
    pub(crate) idempotency: Option<daybook_portal::IdempotencyKey>,
}

impl Origin {
    /// The context of what this party asks for in the request.
    pub(crate) fn context(self, actor: Actor) -> Context {
        let Self { info, idempotency } = self;
        Context { actor, request: info, idempotency }
    }
}

impl<S: Sync> FromRequestParts<S> for Origin {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let info = parts.extensions.get::<RequestMeta>().map(|meta| meta.info.clone()).unwrap_or_default();
        let idempotency = parts.extensions.get::<Key>().map(|key| key.0.clone());
        Ok(Self { info, idempotency })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sender_of(peer: &str, forwarded: &[&str]) -> String {
        let trusted = ["127.0.0.1".parse().unwrap(), "10.0.0.0/8".parse().unwrap()];
        let mut headers = HeaderMap::new();
        for line in forwarded {
            headers.append("x-forwarded-for", HeaderValue::from_bytes(line.as_bytes()).unwrap());
        }
        sender(peer.parse().unwrap(), &headers, &trusted).to_string()
    }

    #[test]
    fn nobody_but_a_trusted_proxy_is_believed() {
        for (peer, forwarded, expected) in [
            ("203.0.113.7", &["198.51.100.1"][..], "203.0.113.7"),
            ("203.0.113.7", &["127.0.0.1"], "203.0.113.7"),
            ("127.0.0.1", &["198.51.100.1"], "198.51.100.1"),
            ("::ffff:127.0.0.1", &["198.51.100.1"], "198.51.100.1"),
            ("127.0.0.1", &[], "127.0.0.1"),
            // What the sender itself had written stands left of what the proxy added.
            ("127.0.0.1", &["192.0.2.1, 198.51.100.1"], "198.51.100.1"),
            ("127.0.0.1", &["127.0.0.1, 198.51.100.1"], "198.51.100.1"),
            ("127.0.0.1", &["no address, 198.51.100.1"], "198.51.100.1"),
            ("127.0.0.1", &["\u{e9}", "198.51.100.1"], "198.51.100.1"),
            ("127.0.0.1", &["192.0.2.1", "198.51.100.1"], "198.51.100.1"),
            // Through two proxies of ours.
            ("127.0.0.1", &["192.0.2.1, 198.51.100.1, 10.1.2.3"], "198.51.100.1"),
            ("127.0.0.1", &["198.51.100.1", "10.1.2.3"], "198.51.100.1"),
            ("127.0.0.1", &["10.9.9.9, 10.1.2.3"], "10.9.9.9"),
            ("127.0.0.1", &["2001:db8::1"], "2001:db8::1"),
            ("127.0.0.1", &["[2001:db8::1]:443"], "2001:db8::1"),
            ("127.0.0.1", &["198.51.100.1:5000"], "198.51.100.1"),
            ("127.0.0.1", &["::ffff:198.51.100.1"], "198.51.100.1"),
        ] {
            assert_eq!(sender_of(peer, forwarded), expected, "{peer} {forwarded:?}");
        }
    }

    #[test]
    fn what_cannot_be_read_leaves_the_direct_peer() {
        for forwarded in [
            "",
            ",",
            "unknown",
            "198.51.100.1,",
            "198.51.100.1 10.1.2.3",
            "198.51.100",
            "x, 10.1.2.3",
            "\u{e9}",
        ] {
            assert_eq!(sender_of("127.0.0.1", &[forwarded]), "127.0.0.1", "{forwarded:?}");
        }
    }
}
