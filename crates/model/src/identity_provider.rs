//! Identity providers: where people sign in instead of with a password (OpenID Connect), one for the platform and one per tenant. Pure
//! decisions only; the client's secret lies sealed beside the state and must never be in an event.

use std::net::IpAddr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    Invalid, TenantId, Timestamp,
    change::text_enum,
    event::Narrated,
    invalid::{Checker, Reason},
    tenant::TenantRef,
    text,
};

/// Whether people may sign in at a provider.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ProviderStatus {
    /// They may.
    Enabled,
    /// It is configured, and nobody may.
    Disabled,
}

text_enum!(ProviderStatus { Enabled = "enabled", Disabled = "disabled" });

impl ProviderStatus {
    /// The status of a provider that is switched on or off.
    pub const fn of(enabled: bool) -> Self {
        if enabled { Self::Enabled } else { Self::Disabled }
    }
}

/// A provider as it is now, without its secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct IdentityProvider {
    /// Whose people it signs in; none for the platform's.
    pub tenant: Option<TenantId>,
    /// Its name and address: an `https` address, to which `/.well-known/openid-configuration` is added.
    pub issuer: String,
    /// What it calls the portal.
    pub client_id: String,
    /// Whether people may sign in there.
    pub enabled: bool,
    /// When it was first configured.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

/// What is asked for when a provider is configured; unchecked.
#[derive(Clone)]
pub struct IdentityProviderDraft {
    /// Required.
    pub issuer: String,
    /// Required.
    pub client_id: String,
    /// The present one stays if absent.
    pub client_secret: Option<String>,
    /// Whether people may sign in there.
    pub enabled: bool,
}

/// The client's secret as it is kept beside the state: sealed. The present one stays if there is none here.
#[derive(Clone)]
pub struct IdentityProviderSecret(pub Option<Vec<u8>>);

/// An identity provider was configured, for the first time or anew.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct IdentityProviderConfigured {
    /// Whose people it signs in; absent for the platform's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tenant: Option<TenantRef>,
    /// Its name and address.
    pub issuer: String,
    /// What it calls the portal.
    pub client_id: String,
    /// Whether the client's secret is another one now.
    pub secret_changed: bool,
    /// Whether people may sign in there.
    pub enabled: bool,
}

/// An identity provider was removed; nobody signs in there any more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct IdentityProviderRemoved {
    /// Whose people it signed in; absent for the platform's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tenant: Option<TenantRef>,
    /// Its name and address.
    pub issuer: String,
}

impl IdentityProviderDraft {
    /// The checked draft, or all that is wrong with it. `present` is what is configured now.
    pub fn check(self, present: Option<&IdentityProvider>) -> Result<Self, Invalid> {
        let mut check = Checker::default();
        let issuer = check.take("/issuer", issuer(&self.issuer));
        let client_id = check.take("/client_id", text::line(&self.client_id, 255));
        let secret = self.client_secret.as_deref().map(text::secret);
        let client_secret = check.take_opt("/client_secret", secret);
        // A secret that was given to one provider is not shown to another.
        let stays = present.is_some_and(|present| Some(&present.issuer) == issuer.as_ref());
        check.require(
            "/client_secret",
            self.client_secret.is_some() || stays,
            "REQUIRED",
            "must be sent with the first configuration and with another issuer",
        );
        let checked =
            || Some(Self { issuer: issuer?, client_id: client_id?, client_secret, enabled: self.enabled });
        check.finish(checked())
    }

    /// The event that makes a checked draft so; nothing if it is so already.
    pub fn decide(
        &self,
        tenant: Option<TenantRef>,
        present: Option<&IdentityProvider>,
        secret_changed: bool,
    ) -> Option<IdentityProviderConfigured> {
        let same = present.is_some_and(|present| {
            (&present.issuer, &present.client_id, present.enabled)
                == (&self.issuer, &self.client_id, self.enabled)
        });
        (!same || secret_changed).then(|| IdentityProviderConfigured {
            tenant,
            issuer: self.issuer.clone(),
            client_id: self.client_id.clone(),
            secret_changed,
            enabled: self.enabled,
        })
    }
}

impl IdentityProvider {
    /// The event that removes it.
    pub fn remove(&self, tenant: Option<TenantRef>) -> IdentityProviderRemoved {
        IdentityProviderRemoved { tenant, issuer: self.issuer.clone() }
    }
}

/// An issuer: an `https` address without user, query and fragment, or an `http` one of this machine. It is compared letter by letter
/// with what the provider calls itself, so it is kept as it was written.
fn issuer(text: &str) -> Result<String, Reason> {
    let wrong = || {
        let detail = "must be an https address without query and fragment; http is for addresses of this machine, such as \
                      http://127.0.0.1:8080";
        Reason::new("INVALID_ISSUER", detail)
    };
    let text = text::web_url(text).map_err(|_| wrong())?;
    let (scheme, rest) = text.split_once("://").ok_or_else(wrong)?;
    let authority = rest.split('/').next().unwrap_or_default();
    if rest.contains(['?', '#', '@']) || authority.is_empty() {
        return Err(wrong());
    }
    if scheme == "https" || is_this_machine(authority) { Ok(text) } else { Err(wrong()) }
}

/// Whether host and port name a loopback address by its number.
fn is_this_machine(authority: &str) -> bool {
    let host = match authority.strip_prefix('[') {
        Some(rest) => rest.split(']').next(),
        None => authority.split(':').next(),
    };
    host.and_then(|host| host.parse::<IpAddr>().ok()).is_some_and(|address| address.is_loopback())
}

/// Whose people a provider signs in, in words.
fn whose(tenant: Option<&TenantRef>) -> String {
    tenant.map_or_else(|| "the platform".to_owned(), |tenant| format!("tenant {}", tenant.name))
}

impl Narrated for IdentityProviderConfigured {
    fn sentence(&self) -> String {
        let state = if self.enabled { "enabled" } else { "disabled" };
        let secret = if self.secret_changed { ", with a new secret" } else { "" };
        let of = whose(self.tenant.as_ref());
        format!("The identity provider of {of} was configured: {}, {state}{secret}.", self.issuer)
    }
}

impl Narrated for IdentityProviderRemoved {
    fn sentence(&self) -> String {
        format!("The identity provider of {} was removed: {}.", whose(self.tenant.as_ref()), self.issuer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn draft(issuer: &str, client_secret: Option<&str>) -> IdentityProviderDraft {
        IdentityProviderDraft {
            issuer: issuer.to_owned(),
            client_id: "daybook".to_owned(),
            client_secret: client_secret.map(str::to_owned),
            enabled: true,
        }
    }

    fn codes(result: Result<IdentityProviderDraft, Invalid>) -> Vec<(String, &'static str)> {
        result.err().into_iter().flat_map(|invalid| invalid.0).map(|e| (e.pointer, e.code)).collect()
    }

    #[test]
    fn issuers_are_https_or_of_this_machine() {
        for issuer in [
            "https://accounts.example.com",
            "https://example.com:8443/realms/main/",
            "http://127.0.0.1:8080/api/oidc",
            "http://[::1]:8080",
            "http://127.8.0.1",
        ] {
            assert_eq!(draft(issuer, Some("s")).check(None).unwrap().issuer, issuer);
        }
        for issuer in [
            "",
            "accounts.example.com",
            "http://accounts.example.com",
            "http://localhost:8080",
            "http://127.0.0.1.example.com",
            "http://10.0.0.1",
            "http://127.0.0.1@example.com",
            "https://ada@example.com",
            "https://example.com?x=1",
            "https://example.com/#x",
            "https:///path",
        ] {
            let found = codes(draft(issuer, Some("s")).check(None));
            assert_eq!(found, [("/issuer".to_owned(), "INVALID_ISSUER")], "{issuer}");
        }
    }

    #[test]
    fn a_secret_stays_with_the_provider_it_was_given_to() {
        let present = IdentityProvider {
            tenant: None,
            issuer: "https://a.example.com".to_owned(),
            client_id: "daybook".to_owned(),
            enabled: true,
            created_at: Timestamp::from_micros(1),
            updated_at: Timestamp::from_micros(1),
        };
        let missing = [("/client_secret".to_owned(), "REQUIRED")];
        assert_eq!(codes(draft("https://a.example.com", None).check(None)), missing);
        assert_eq!(codes(draft("https://b.example.com", None).check(Some(&present))), missing);
        let same = draft("https://a.example.com", None).check(Some(&present)).unwrap();
        assert_eq!(same.decide(None, Some(&present), false), None, "nothing changes");
        assert!(same.decide(None, Some(&present), true).is_some());
        let bad = [("/client_secret".to_owned(), "INVALID_SECRET")];
        assert_eq!(codes(draft("https://a.example.com", Some(" ")).check(None)), bad);
        assert_eq!(codes(draft("https://a.example.com", Some("a\u{7f}")).check(None)), bad);
    }
}
