//! TLS for clients that speak to this machine alone: they trust nobody, and nobody here asks them to.

use std::sync::Arc;

/// A builder of clients that follow no redirect and use no proxy. The workspace's `reqwest` brings no cryptography of its own, so each
/// client is given some.
pub(crate) fn client() -> reqwest::ClientBuilder {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let tls = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(rustls::RootCertStore::empty())
        .with_no_client_auth();
    // Whatever the machine's environment says of proxies, the server is right here.
    reqwest::Client::builder()
        .tls_backend_preconfigured(tls)
        .redirect(reqwest::redirect::Policy::none())
        .no_proxy()
}
