#![doc = include_str!("../README.md")]

mod account;
mod activation;
mod api_token;
mod auth;
mod brand;
mod ceremony;
mod change;
mod code;
mod config;
mod device;
mod erasure;
mod error;
mod guessing;
mod identity_provider;
mod keys;
mod license;
mod link;
mod live;
mod llm;
mod log;
mod mail;
mod notification;
mod numbers;
mod oidc;
mod passkey;
mod password;
mod plan;
mod project;
mod public_url;
mod recovery;
mod seal;
mod session;
mod sign_in;
mod subscription;
mod telemetry;
mod tenant;
mod totp;
mod usage;
mod user;
mod workers;

use std::sync::Arc;

use daybook_model::{ApiTokenId, DeviceId};
use daybook_proof::NoteSigner;
use daybook_store::{Seen, Store, Used};
// What the log is called.
pub use daybook_proof::{KeyName, NoteError};
// What use cases take and answer with belongs to the store; those above see it through the portal.
pub use daybook_store::{
    ApiTokenListing, CodeFilter, CodeListing, Cursor, DeviceFilter, DeviceListing, EventFilter, EventMark,
    LogStatus, LoggedEvent, NotificationFilter, NotificationListing, NotificationStatus, Page, ProjectFilter,
    ProjectListing, ProjectUse, Scrubbed, SessionFilter, SessionListing, TenantFilter, TenantScope,
    TenantSort, UserFilter, UserListing,
};

pub use account::{Account, FactorChanged, TotpSetUp};
pub use activation::{Activation, ActivationAnswer, DeviceGrant, Enrolment, Policy};
pub use api_token::IssuedToken;
pub use auth::{DeviceIdentity, DeviceTokenState, Identity};
pub use brand::Brand;
pub use change::{Context, IdempotencyKey};
pub use code::{CodeRequest, GeneratedCode, GeneratedCodes};
pub use config::{PortalConfig, SessionConfig, SessionConfigError};
pub use erasure::Erasure;
pub use error::{Noun, PortalError, Result};
pub use guessing::Party;
pub use keys::{KeyError, KeyRing};
pub use license::License;
pub use link::{Acceptance, LinkView, SetUp};
pub use live::Follow;
pub use llm::{ConfigVersion, LlmConfig};
pub use log::{EventMatches, EventPage, EventProof};
pub use mail::{Letter, Mail, MailConfig, MailConfigError, MailError, Mailer, Paragraph};
pub use notification::Delivery;
pub use numbers::{
    Activations, Analytics, CodeNumbers, Course, DashboardStats, DayCount, DayTrend, DeviceNumbers,
    Distribution, Insight, Overview, OverviewQuery, PlanNumbers, ProjectNumbers, ProjectUsage, Range,
    RangeError, Ranked, Refusals, SessionNumbers, SubscriptionNumbers, TenantCourse, TenantName,
    TenantNumbers, TenantUsage, Trend, UserNumbers,
};
pub use oidc::{ProviderAnswer, ProviderFailure, ProviderSignIn};
pub use passkey::PasskeyChallenge;
pub use password::{PasswordConfig, PasswordConfigError, PasswordHash, PasswordHasher, Verdict};
pub use public_url::{PublicUrl, UrlError};
pub use recovery::{RecoveryCode, RecoveryCodes};
pub use session::{Person, SignedIn};
pub use sign_in::{SecondFactor, Side, SignIn};
pub use tenant::TenantOverview;
pub use totp::TotpSecret;
pub use usage::{KindUse, TenantUse, UsageAnswer};
pub use user::{Authority, IssuedLink};
pub use workers::Workers;

/// The portal: a store, the keys that are not in it, and what is held in memory between requests. Cheap to clone.
#[derive(Clone)]
pub struct Portal {
    inner: Arc<Inner>,
}

struct Inner {
    store: Store,
    keys: KeyRing,
    public_url: PublicUrl,
    /// None where browsers make no passkeys.
    relying_party: Option<passkey::RelyingParty>,
    sessions: SessionConfig,
    passwords: PasswordHasher,
    mailer: Mailer,
    providers: oidc::Providers,
    log_signer: NoteSigner,
    heartbeats: telemetry::Latest<DeviceId, Seen>,
    token_uses: telemetry::Latest<ApiTokenId, Used>,
    tail: live::Tail,
}

impl Portal {
    /// A portal on this store with these keys and settings.
    pub fn new(store: Store, keys: KeyRing, config: PortalConfig) -> Self {
        let PortalConfig { public_url, sessions, password, mail, log_origin } = config;
        let log_signer = log::signer(&keys, log_origin, &public_url);
        let inner = Inner {
            tail: live::Tail::new(&store),
            store,
            keys,
            relying_party: passkey::RelyingParty::new(public_url.host(), &public_url.origin()),
            public_url,
            sessions,
            passwords: PasswordHasher::new(password),
            mailer: mail.map_or_else(Mailer::none, Mailer::new),
            providers: oidc::Providers::default(),
            log_signer,
            heartbeats: telemetry::Latest::default(),
            token_uses: telemetry::Latest::default(),
        };
        Self { inner: Arc::new(inner) }
    }

    /// The store, for reading and checking.
    pub fn store(&self) -> &Store {
        &self.inner.store
    }

    /// Where browsers reach the portal.
    pub fn public_url(&self) -> &PublicUrl {
        &self.inner.public_url
    }

    /// How long sessions last.
    pub fn session_config(&self) -> SessionConfig {
        self.inner.sessions
    }

    /// What hashes passwords, a few at a time.
    pub fn passwords(&self) -> &PasswordHasher {
        &self.inner.passwords
    }

    /// What sends mail.
    pub fn mailer(&self) -> &Mailer {
        &self.inner.mailer
    }

    pub(crate) fn log_signer(&self) -> &NoteSigner {
        &self.inner.log_signer
    }

    pub(crate) fn providers(&self) -> &oidc::Providers {
        &self.inner.providers
    }

    pub(crate) fn keys(&self) -> &KeyRing {
        &self.inner.keys
    }
}
