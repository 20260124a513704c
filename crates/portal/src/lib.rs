#![doc = include_str!("../README.md")]

mod activation;
mod api_token;
mod auth;
mod change;
mod code;
mod device;
mod error;
mod guessing;
mod keys;
mod license;
mod live;
mod log;
mod numbers;
mod project;
mod public_url;
mod tenant;
mod workers;

use std::sync::Arc;

use daybook_store::Store;
// What use cases take and answer with belongs to the store; those above see it through the portal.
pub use daybook_store::{
    CodeFilter, CodeListing, Cursor, DeviceFilter, DeviceListing, EventFilter, LogStatus, LoggedEvent, Page,
    ProjectFilter, ProjectListing, TenantFilter, TenantScope, TenantSort,
};

pub use activation::{Activation, ActivationAnswer, DeviceGrant, Enrolment, Policy};
pub use api_token::IssuedToken;
pub use auth::{AdminIdentity, DeviceIdentity, DeviceTokenState};
pub use change::{Context, IdempotencyKey};
pub use code::{CodeRequest, GeneratedCode, GeneratedCodes};
pub use error::{Noun, PortalError, Result};
pub use guessing::Party;
pub use keys::{KeyError, KeyRing};
pub use license::License;
pub use live::Follow;
pub use log::EventPage;
pub use numbers::{
    Activations, Analytics, CodeNumbers, DashboardStats, DayCount, DayTrend, DeviceNumbers, Distribution,
    ProjectNumbers, ProjectUsage, Range, RangeError, Ranked, Refusals, SessionNumbers, TenantName,
    TenantNumbers, TenantUsage, Trend,
};
pub use public_url::{PublicUrl, UrlError};
pub use workers::Workers;

/// The portal: a store, the keys that are not in it, and what is held in memory between requests. Cheap to clone.
#[derive(Clone)]
pub struct Portal {
    inner: Arc<Inner>,
}

struct Inner {
    store: Store,
    keys: KeyRing,
    heartbeats: device::Heartbeats,
    tail: live::Tail,
}

impl Portal {
    /// A portal on this store with these keys.
    pub fn new(store: Store, keys: KeyRing) -> Self {
        let tail = live::Tail::new(&store);
        Self { inner: Arc::new(Inner { store, keys, heartbeats: device::Heartbeats::default(), tail }) }
    }

    /// The store, for reading and checking.
    pub fn store(&self) -> &Store {
        &self.inner.store
    }

    pub(crate) fn keys(&self) -> &KeyRing {
        &self.inner.keys
    }
}
