//! Where people reach the portal, as their browsers know it: what links are made with and what a request's origin is compared with.
//! An origin and nothing else: scheme, host and port. Must not resolve a name.

use std::{fmt, str::FromStr};

use serde::Deserialize;

/// The address of the portal as browsers know it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct PublicUrl {
    https: bool,
    /// In lower case; an IPv6 address in brackets.
    host: String,
    /// None if it is the scheme's own.
    port: Option<u16>,
}

/// Why a text is not the address of a portal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("expected an address like https://portal.example.com, with a port if need be and without a path")]
pub struct UrlError;

impl Default for PublicUrl {
    /// Where a portal is reached that was told nothing: on this machine only.
    fn default() -> Self {
        Self { https: false, host: "127.0.0.1".to_owned(), port: Some(8400) }
    }
}

impl PublicUrl {
    /// As browsers write it in `Origin`.
    pub fn origin(&self) -> String {
        self.to_string()
    }

    /// Whether the way to it is encrypted.
    pub fn is_https(&self) -> bool {
        self.https
    }

    /// Its host, without the port.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// The address of a path on it, which may have a query.
    pub fn join(&self, path: &str) -> String {
        format!("{self}/{}", path.strip_prefix('/').unwrap_or(path))
    }
}

impl fmt::Display for PublicUrl {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}://{}", if self.https { "https" } else { "http" }, self.host)?;
        self.port.map_or(Ok(()), |port| write!(out, ":{port}"))
    }
}

impl FromStr for PublicUrl {
    type Err = UrlError;

    fn from_str(text: &str) -> Result<Self, UrlError> {
        let (scheme, rest) = text.split_once("://").ok_or(UrlError)?;
        let https = match scheme.to_ascii_lowercase().as_str() {
            "https" => true,
            "http" => false,
            _ => return Err(UrlError),
        };
        let rest = rest.strip_suffix('/').unwrap_or(rest);
        let (host, port) = split_port(rest)?;
        let host = host.to_ascii_lowercase();
        if !is_host(&host) {
            return Err(UrlError);
        }
        // What a browser leaves out of an origin is left out here too.
        let own = if https { 443 } else { 80 };
        Ok(Self { https, host, port: port.filter(|port| *port != own) })
    }
}

impl TryFrom<String> for PublicUrl {
    type Error = UrlError;

    fn try_from(text: String) -> Result<Self, UrlError> {
        text.parse()
    }
}

fn split_port(text: &str) -> Result<(&str, Option<u16>), UrlError> {
    // The colons of an IPv6 address are inside its brackets.
    let end = text.rfind(']').map_or(0, |end| end + 1);
    let rest = text.get(end..).unwrap_or_default();
    let Some(colon) = rest.find(':') else { return Ok((text, None)) };
    let (host, port) = text.split_at_checked(end + colon).ok_or(UrlError)?;
    let port = port.get(1..).filter(|port| port.bytes().all(|byte| byte.is_ascii_digit())).ok_or(UrlError)?;
    Ok((host, Some(port.parse().map_err(|_| UrlError)?)))
}

/// A name (RFC 1123), an IPv4 address, or an IPv6 address in brackets.
fn is_host(host: &str) -> bool {
    if let Some(address) = host.strip_prefix('[') {
        let address = address.strip_suffix(']').map(str::parse::<std::net::Ipv6Addr>);
        return matches!(address, Some(Ok(_)));
    }
    let is_label = |label: &str| {
        (1..=63).contains(&label.len())
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    host.len() <= 253 && host.split('.').all(is_label)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(text: &str) -> PublicUrl {
        text.parse().unwrap_or_else(|_| panic!("{text}"))
    }

    #[test]
    fn an_address_is_written_as_browsers_write_origins() {
        for (text, origin, host) in [
            ("https://portal.example.com", "https://portal.example.com", "portal.example.com"),
            ("HTTPS://Portal.Example.com/", "https://portal.example.com", "portal.example.com"),
            ("https://portal.example.com:443", "https://portal.example.com", "portal.example.com"),
            ("http://portal:80", "http://portal", "portal"),
            ("https://portal:80", "https://portal:80", "portal"),
            ("http://127.0.0.1:8400", "http://127.0.0.1:8400", "127.0.0.1"),
            ("http://[::1]:8400", "http://[::1]:8400", "[::1]"),
            ("http://[2001:DB8::1]", "http://[2001:db8::1]", "[2001:db8::1]"),
        ] {
            assert_eq!((url(text).origin().as_str(), url(text).host()), (origin, host), "{text}");
            assert_eq!(url(&url(text).origin()), url(text));
        }
        assert!(url("https://portal").is_https() && !url("http://portal").is_https());
    }

    #[test]
    fn paths_are_joined_with_one_slash() {
        let url = url("https://portal:8443");
        assert_eq!(url.join("/sign-in?next=%2F"), "https://portal:8443/sign-in?next=%2F");
        assert_eq!(url.join("sign-in"), "https://portal:8443/sign-in");
        assert_eq!(url.join(""), "https://portal:8443/");
    }

    #[test]
    fn anything_else_is_refused() {
        for text in [
            "",
            "portal.example.com",
            "ftp://portal",
            "//portal",
            "http://",
            "http:///",
            "http://portal/admin",
            "http://portal//",
            "http://portal?x",
            "http://portal#x",
            "http://ada:secret@portal",
            "http://portal:",
            "http://portal:+80",
            "http://portal:65536",
            "http://portal:80:80",
            "http://[::1",
            "http://::1",
            "http://[::1]x",
            "http://[portal]",
            "http://-portal",
            "http://portal..com",
            "http://por tal",
            "http://pörtal",
            " http://portal",
            "http://portal\n",
        ] {
            assert_eq!(text.parse::<PublicUrl>(), Err(UrlError), "{text:?}");
        }
    }
}
