//! How the portal asks an identity provider: over TLS, without following redirects, for ten seconds and one MiB at most, and only at
//! addresses that a provider may have. Must not print what it sends or gets.
//!
//! Whoever configures a provider chooses where the portal connects to. A provider on the internet therefore cannot lead the portal into
//! the network that it runs in: an address that a name resolves to is looked at before it is connected to, and the connection goes to
//! the address that was looked at. A provider of this machine is one that was configured with a loopback address on purpose; it leads
//! nowhere else.

use std::{
    fmt,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    pin::Pin,
    sync::Arc,
    time::Duration,
};

use openidconnect::{AsyncHttpClient, HttpRequest, HttpResponse, http, url::Host};
use reqwest::dns::{Addrs, Name, Resolve, Resolving};

/// How long an answer may take.
const PATIENCE: Duration = Duration::from_secs(10);
/// How long an answer may be. Documents of providers have a few KiB.
const MAX_BODY: usize = 1 << 20;

/// Where a provider may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reach {
    /// At public addresses, over TLS.
    Internet,
    /// At loopback addresses.
    ThisMachine,
}

impl Reach {
    /// Where a provider with this issuer may be.
    pub(super) fn of(issuer: &openidconnect::url::Url) -> Self {
        match address(issuer) {
            Some(address) if address.is_loopback() => Self::ThisMachine,
            _ => Self::Internet,
        }
    }

    fn allows(self, address: IpAddr) -> bool {
        match self {
            Self::Internet => is_public(address.to_canonical()),
            Self::ThisMachine => address.to_canonical().is_loopback(),
        }
    }

    /// Whether a request to this address may be made, as far as the address says; names are looked at when they are resolved.
    fn allows_url(self, url: &openidconnect::url::Url) -> bool {
        let scheme = match self {
            Self::Internet => url.scheme() == "https",
            Self::ThisMachine => ["http", "https"].contains(&url.scheme()),
        };
        scheme && address(url).is_none_or(|address| self.allows(address))
    }
}

/// The address in a URL, unless it is a name.
fn address(url: &openidconnect::url::Url) -> Option<IpAddr> {
    match url.host()? {
        Host::Ipv4(address) => Some(address.into()),
        Host::Ipv6(address) => Some(address.into()),
        Host::Domain(_) => None,
    }
}

/// Whether an address is one of the internet's: not of this machine, a private network, a link, a group of receivers, a test, or
/// reserved (IANA's special-purpose registries).
fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => is_public_v4(v4),
        IpAddr::V6(v6) => is_public_v6(v6),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    let special = a == 0
        || address.is_private()
        || address.is_loopback()
        || address.is_link_local()
        || address.is_documentation()
        || (a == 100 && (64..128).contains(&b))
        || (a == 192 && b == 0 && c == 0)
        || (a == 192 && b == 88 && c == 99)
        || (a == 198 && (18..20).contains(&b))
        // Groups and what is reserved, the broadcast address with it.
        || a >= 224;
    !special
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    let [first, second, ..] = address.segments();
    // Everything that is routed begins with 001; of that, 2001::/23 is for protocols (Teredo among them), 2001:db8::/32 and 3fff::/20
    // for texts, and 2002::/16 holds an IPv4 address of anybody's choice.
    (first & 0xe000) == 0x2000
        && !(first == 0x2001 && (second < 0x200 || second == 0xdb8))
        && first != 0x2002
        && !(first == 0x3fff && second < 0x1000)
}

/// Resolves names, and forgets addresses that a provider may not have.
struct Guarded(Reach);

impl Resolve for Guarded {
    fn resolve(&self, name: Name) -> Resolving {
        let reach = self.0;
        Box::pin(async move {
            // The port is set by whoever connects.
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            let allowed: Vec<SocketAddr> = found.filter(|found| reach.allows(found.ip())).collect();
            if allowed.is_empty() {
                return Err(FetchError::NotAllowed.into());
            }
            Ok(Box::new(allowed.into_iter()) as Addrs)
        })
    }
}

/// Why an answer did not come.
#[derive(Debug)]
pub(super) enum FetchError {
    /// The connection failed, or took too long.
    Connection(reqwest::Error),
    /// The answer is not one of HTTP.
    Answer,
    /// The answer is too long.
    TooLong,
    /// The address is not one that this provider may have.
    NotAllowed,
}

impl fmt::Display for FetchError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Connection(error) if error.is_timeout() => out.write_str("the answer took too long"),
            // The address is left out: a callback's code may stand in it.
            Self::Connection(_) => out.write_str("there is no connection"),
            Self::Answer => out.write_str("the answer cannot be read"),
            Self::TooLong => out.write_str("the answer is too long"),
            Self::NotAllowed => out.write_str("the address is not one that a provider may have"),
        }
    }
}

impl std::error::Error for FetchError {}

/// Asks one provider.
#[derive(Clone)]
pub(super) struct Fetch {
    http: reqwest::Client,
    reach: Reach,
}

impl Fetch {
    /// Reads the machine's certificates: not for every request.
    pub(super) fn new(reach: Reach) -> Result<Self, FetchError> {
        let mut roots = rustls::RootCertStore::empty();
        roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let tls = rustls::ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(|_| FetchError::Answer)?
            .with_root_certificates(roots)
            .with_no_client_auth();
        let http = reqwest::Client::builder()
            .tls_backend_preconfigured(tls)
            // A redirect or a proxy would choose another address than the one that was looked at.
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .dns_resolver(Arc::new(Guarded(reach)))
            .timeout(PATIENCE)
            .user_agent("daybook")
            .build()
            .map_err(FetchError::Connection)?;
        Ok(Self { http, reach })
    }

    async fn ask(&self, request: HttpRequest) -> Result<HttpResponse, FetchError> {
        let request = reqwest::Request::try_from(request).map_err(FetchError::Connection)?;
        if !self.reach.allows_url(request.url()) {
            return Err(FetchError::NotAllowed);
        }
        let mut answer = self.http.execute(request).await.map_err(FetchError::Connection)?;
        let mut built = http::Response::builder().status(answer.status());
        for (name, value) in answer.headers() {
            built = built.header(name, value);
        }
        let mut body = Vec::new();
        while let Some(chunk) = answer.chunk().await.map_err(FetchError::Connection)? {
            if body.len() + chunk.len() > MAX_BODY {
                return Err(FetchError::TooLong);
            }
            body.extend_from_slice(&chunk);
        }
        built.body(body).map_err(|_| FetchError::Answer)
    }
}

impl<'c> AsyncHttpClient<'c> for Fetch {
    type Error = FetchError;
    type Future = Pin<Box<dyn Future<Output = Result<HttpResponse, FetchError>> + Send + 'c>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        Box::pin(self.ask(request))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(text: &str) -> openidconnect::url::Url {
        text.parse().unwrap()
    }

    #[test]
    fn a_provider_of_the_internet_leads_nowhere_else() {
        let reach = Reach::of(&url("https://accounts.example.com"));
        assert_eq!(reach, Reach::Internet);
        for address in ["8.8.8.8", "192.0.1.1", "2606:4700::1111", "2a00:1450::1", "::ffff:8.8.8.8"] {
            assert!(reach.allows(address.parse().unwrap()), "{address}");
        }
        for address in [
            "0.0.0.0",
            "10.1.2.3",
            "100.64.0.1",
            "127.0.0.1",
            "169.254.169.254",
            "172.31.0.1",
            "192.168.1.1",
            "198.18.0.1",
            "224.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::ffff:127.0.0.1",
            "64:ff9b::7f00:1",
            "fe80::1",
            "fd00::1",
            "ff02::1",
            "2001:db8::1",
            "2001::1",
            "2002:7f00:1::",
        ] {
            assert!(!reach.allows(address.parse().unwrap()), "{address}");
        }
        assert!(reach.allows_url(&url("https://accounts.example.com/keys")));
        for text in
            ["http://accounts.example.com", "https://127.0.0.1", "https://[fd00::1]", "https://0x7f.1"]
        {
            assert!(!reach.allows_url(&url(text)), "{text}");
        }
    }

    #[test]
    fn a_provider_of_this_machine_stays_there() {
        let reach = Reach::of(&url("http://127.0.0.1:8080/api/oidc"));
        assert_eq!(reach, Reach::ThisMachine);
        assert!(reach.allows_url(&url("http://[::1]:80/token")));
        for text in ["http://10.0.0.1", "https://8.8.8.8", "ftp://127.0.0.1"] {
            assert!(!reach.allows_url(&url(text)), "{text}");
        }
        assert!(!reach.allows("8.8.8.8".parse().unwrap()));
    }

    #[tokio::test]
    async fn a_name_of_this_machine_is_no_way_in() {
        let fetch = Fetch::new(Reach::Internet).unwrap();
        let request = http::Request::get("https://localhost/").body(vec![]).unwrap();
        let error = fetch.ask(request).await.unwrap_err();
        let FetchError::Connection(error) = error else { panic!("{error}") };
        let mut causes = std::iter::successors(std::error::Error::source(&error), |error| error.source());
        assert!(causes.any(|cause| cause.is::<FetchError>()), "refused by the resolver: {error:?}");
    }
}
