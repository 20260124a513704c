//! OpenID Connect: the portal as a relying party of one provider. Sign-in by authorization code with PKCE, a nonce and a state; the ID
//! token's signature, issuer, audience, time, nonce and access-token hash are checked. Must not decide who a person is here, and must
//! not print a secret, a code or a token.

mod fetch;
mod sign_in;

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use daybook_model::{Entropy, TenantId, Timestamp, entropy::random_bytes};
use daybook_store::IdentityProviderRow;
use openidconnect::{
    AccessTokenHash, AuthorizationCode, ClaimsVerificationError, ClientId, ClientSecret, CsrfToken,
    EndpointMaybeSet, EndpointNotSet, EndpointSet, IssuerUrl, Nonce, OAuth2TokenResponse, PkceCodeChallenge,
    PkceCodeVerifier, RedirectUrl, RequestTokenError, Scope, TokenResponse,
    core::{
        CoreAuthenticationFlow, CoreClient, CoreIdTokenVerifier, CoreJwsSigningAlgorithm,
        CoreProviderMetadata, CoreTokenResponse,
    },
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

pub use sign_in::{ProviderAnswer, ProviderSignIn};

use crate::{Portal, PortalError, Result};
use fetch::{Fetch, Reach};

/// How long a provider's description and keys are used before they are fetched again: an hour.
const FRESH_SECONDS: i64 = 3_600;
/// How long a provider that did not answer is not asked again.
const FAILED_SECONDS: i64 = 5;
/// How long a provider's name for a person may be, in ASCII characters (OpenID Connect Core 1.0, section 2).
const MAX_SUBJECT: usize = 255;

/// Why a provider cannot be used. Says nothing that a caller or the provider sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ProviderFailure {
    /// It does not answer, not in time, or not as OpenID Connect says.
    #[error("the identity provider cannot be reached, or does not answer as OpenID Connect says")]
    Unreachable,
    /// It does not know the portal's client or refuses its secret.
    #[error(
        "the identity provider does not accept the portal's client id and secret: its operator must configure them anew"
    )]
    ClientRefused,
    /// What it says of the person cannot be trusted.
    #[error("what the identity provider says of the person cannot be verified")]
    Unverifiable,
}

/// The type that [`CoreClient::from_provider_metadata`] answers with.
type Client = CoreClient<
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointMaybeSet,
    EndpointMaybeSet,
>;

/// The portal as one provider knows it, with the provider's description and keys.
pub(crate) struct RelyingParty {
    fetch: Fetch,
    client: Client,
}

/// What must be remembered between the two requests of a sign-in.
#[derive(Clone, Serialize, Deserialize)]
struct Pending {
    state: String,
    nonce: String,
    verifier: String,
}

/// Somebody whom a provider vouches for.
struct Claims {
    issuer: String,
    subject: String,
    /// Only if the provider says that it is theirs.
    verified_email: Option<String>,
}

/// Why a sign-in did not succeed at the provider.
enum ExchangeError {
    /// The provider does not know the code, or knows it no more.
    Code,
    /// The provider cannot be used.
    Failed(ProviderFailure),
    /// The signature is of a key that the portal does not know: the provider may have a new one.
    UnknownKey,
}

impl RelyingParty {
    /// Fetches the provider's description and keys.
    pub(crate) async fn discover(
        issuer: &str,
        client_id: &str,
        client_secret: &str,
        redirect: &str,
    ) -> Result<Self, ProviderFailure> {
        let unreachable = |_| ProviderFailure::Unreachable;
        let issuer = IssuerUrl::new(issuer.to_owned()).map_err(unreachable)?;
        let reach = Reach::of(issuer.url());
        let fetch = tokio::task::spawn_blocking(move || Fetch::new(reach)).await;
        let fetch = fetch.ok().and_then(Result::ok).ok_or(ProviderFailure::Unreachable)?;
        let metadata = CoreProviderMetadata::discover_async(issuer.clone(), &fetch).await.map_err(|error| {
            tracing::warn!(issuer = issuer.as_str(), error = %short(&error), "an identity provider cannot be used");
            ProviderFailure::Unreachable
        })?;
        let redirect = RedirectUrl::new(redirect.to_owned()).map_err(unreachable)?;
        let secret = ClientSecret::new(client_secret.to_owned());
        let client =
            CoreClient::from_provider_metadata(metadata, ClientId::new(client_id.to_owned()), Some(secret))
                .set_redirect_uri(redirect);
        Ok(Self { fetch, client })
    }

    /// Where the browser goes, and what to remember.
    fn begin(&self, entropy: &dyn Entropy) -> (String, Pending) {
        // 32 random bytes each: as text the 43 characters that PKCE asks for at least.
        let random = || BASE64_URL_SAFE_NO_PAD.encode(random_bytes::<32>(entropy));
        let pending = Pending { state: random(), nonce: random(), verifier: random() };
        let challenge = PkceCodeChallenge::from_code_verifier_sha256(&pending.verifier());
        let (state, nonce) = (CsrfToken::new(pending.state.clone()), Nonce::new(pending.nonce.clone()));
        let (url, ..) = self
            .client
            .authorize_url(CoreAuthenticationFlow::AuthorizationCode, || state, || nonce)
            .add_scope(Scope::new("email".to_owned()))
            .set_pkce_challenge(challenge)
            .url();
        (url.into(), pending)
    }

    /// Trades the code for tokens; a code works once.
    async fn exchange(&self, pending: &Pending, code: &str) -> Result<CoreTokenResponse, ExchangeError> {
        let unreachable = ExchangeError::Failed(ProviderFailure::Unreachable);
        let Ok(request) = self.client.exchange_code(AuthorizationCode::new(code.to_owned())) else {
            return Err(unreachable);
        };
        let answer = request.set_pkce_verifier(pending.verifier()).request_async(&self.fetch).await;
        answer.map_err(|error| {
            let RequestTokenError::ServerResponse(answer) = &error else {
                tracing::warn!(error = %short(&error), "an identity provider did not give tokens for a code");
                return unreachable;
            };
            match answer.error().as_ref() {
                // The second is what Glewlwyd says.
                "invalid_grant" | "invalid_code" => ExchangeError::Code,
                "invalid_client" | "unauthorized_client" | "access_denied" => {
                    ExchangeError::Failed(ProviderFailure::ClientRefused)
                }
                _ => unreachable,
            }
        })
    }

    /// What the tokens say, if they are the provider's, for this portal and this sign-in.
    fn verify(&self, pending: &Pending, tokens: &CoreTokenResponse) -> Result<Claims, ExchangeError> {
        let unverifiable = || ExchangeError::Failed(ProviderFailure::Unverifiable);
        let id_token = tokens.id_token().ok_or_else(unverifiable)?;
        let verifier = self.verifier();
        let claims = id_token.claims(&verifier, &Nonce::new(pending.nonce.clone())).map_err(|error| {
            tracing::warn!(%error, "an ID token cannot be verified");
            match error {
                ClaimsVerificationError::SignatureVerification(_) => ExchangeError::UnknownKey,
                _ => unverifiable(),
            }
        })?;
        // Whoever is known by nothing could be anybody whom the provider knows by nothing.
        if !(1..=MAX_SUBJECT).contains(&claims.subject().as_str().len()) {
            return Err(unverifiable());
        }
        if let Some(expected) = claims.access_token_hash() {
            let algorithm = id_token.signing_alg().map_err(|_| unverifiable())?;
            let key = id_token.signing_key(&verifier).map_err(|_| unverifiable())?;
            let actual = AccessTokenHash::from_token(tokens.access_token(), algorithm, key)
                .map_err(|_| unverifiable())?;
            if actual != *expected {
                return Err(unverifiable());
            }
        }
        let email = claims.email().filter(|_| claims.email_verified() == Some(true));
        Ok(Claims {
            issuer: claims.issuer().as_str().to_owned(),
            subject: claims.subject().as_str().to_owned(),
            verified_email: email.map(|email| email.as_str().to_owned()),
        })
    }

    /// Takes signatures by key pairs alone: `HS256` is checked with the client's secret, and `none` with nothing.
    fn verifier(&self) -> CoreIdTokenVerifier<'_> {
        self.client.id_token_verifier().set_allowed_algs([
            CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256,
            CoreJwsSigningAlgorithm::RsaSsaPssSha256,
            CoreJwsSigningAlgorithm::EcdsaP256Sha256,
            CoreJwsSigningAlgorithm::EcdsaP384Sha384,
            CoreJwsSigningAlgorithm::EdDsa,
        ])
    }
}

impl Pending {
    fn verifier(&self) -> PkceCodeVerifier {
        PkceCodeVerifier::new(self.verifier.clone())
    }
}

/// An error with what caused it, in a line that cannot grow without end. The causes are of the connection and of reading; what was read
/// is not in them.
fn short(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(error.source(), |error| error.source());
    let text = causes.fold(error.to_string(), |text, cause| format!("{text}: {cause}"));
    text.chars().filter(|c| !c.is_control()).take(300).collect()
}

/// The providers that were used lately, by tenant; the platform's under the nil id. One request at a time looks at a provider, and what it
/// finds is good for all: whoever may begin a sign-in could otherwise have the portal ask a provider without end.
#[derive(Default)]
pub(crate) struct Providers(Mutex<HashMap<Uuid, Slot>>);

type Slot = Arc<tokio::sync::Mutex<Option<Known>>>;

/// What was found of a provider.
struct Known {
    /// As it was configured: another configuration is another provider.
    issuer: String,
    client_id: String,
    sealed: Vec<u8>,
    at: Timestamp,
    found: Result<Arc<RelyingParty>, ProviderFailure>,
}

impl Providers {
    fn slot(&self, tenant: Option<TenantId>) -> Slot {
        let tenant = tenant.map(TenantId::uuid).unwrap_or_default();
        let mut slots = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(slots.entry(tenant).or_default())
    }
}

impl Known {
    /// Whether it is still good for a provider that is configured like this.
    fn is_fresh(&self, row: &IdentityProviderRow, now: Timestamp) -> bool {
        let seconds = if self.found.is_ok() { FRESH_SECONDS } else { FAILED_SECONDS };
        let same = (&self.issuer, &self.client_id, &self.sealed)
            == (&row.provider.issuer, &row.provider.client_id, &row.sealed);
        same && self.at.plus_seconds(seconds) > now
    }
}

impl Portal {
    /// The portal at this provider, as it was found lately, or found anew. What is known as `outdated` is found anew in any case.
    async fn relying_party(
        &self,
        row: &IdentityProviderRow,
        outdated: Option<&Arc<RelyingParty>>,
    ) -> Result<Arc<RelyingParty>> {
        let slot = self.providers().slot(row.provider.tenant);
        let mut known = slot.lock().await;
        let now = self.store().now();
        if let Some(known) = known.as_ref().filter(|known| known.is_fresh(row, now)) {
            let is_outdated = |party| outdated.is_some_and(|outdated| Arc::ptr_eq(outdated, party));
            if !known.found.as_ref().is_ok_and(is_outdated) {
                return Ok(known.found.clone()?);
            }
        }
        let secret = self.open_provider_secret(row).ok_or(PortalError::Broken(
            "the secret of an identity provider cannot be opened: is the key file another?",
        ))?;
        let (issuer, client_id) = (row.provider.issuer.clone(), row.provider.client_id.clone());
        let redirect = self.provider_redirect(row.provider.tenant.is_some());
        let found = RelyingParty::discover(&issuer, &client_id, &secret, &redirect).await.map(Arc::new);
        let sealed = row.sealed.clone();
        *known = Some(Known { issuer, client_id, sealed, at: now, found: found.clone() });
        Ok(found?)
    }

    /// Where a provider sends browsers back to: its operator must know it.
    pub fn provider_redirect(&self, of_tenant: bool) -> String {
        let side = if of_tenant { "tenant" } else { "admin" };
        self.public_url().join(&format!("/{side}/api/auth/oidc/callback"))
    }
}
