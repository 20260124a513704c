#![doc = include_str!("../README.md")]

mod apply;
mod ceremony;
mod check;
mod engine;
mod error;
mod guesses;
mod idempotency;
mod log;
mod migrate;
mod migrations;
mod notification;
mod read;
mod scrub;
mod secret;
mod store;
mod telemetry;
mod usage;
mod values;
mod work;

#[cfg(test)]
mod tests;

pub use ceremony::NewCeremony;
pub use check::{CheckProgress, CheckReport, Difference};
pub use engine::{DbConfig, Durability, Engine, EngineError};
pub use error::{Result, StoreError};
pub use guesses::{Counted, GuessParty, GuessRow};
pub use idempotency::{KeptAnswer, NewAnswer};
pub use log::{LogStatus, follow::Follower, sequencer::Sequenced, witness::SeenLog};
pub use migrate::{MigrateError, MigrationStatus};
pub use notification::{ClaimedNotification, NewNotification};
pub use read::{
    Cursor, Locks, Page, Reads, Snapshot, TenantScope,
    api_token::{ApiTokenListing, ApiTokenRow},
    code::{CodeFilter, CodeListing},
    device::{DeviceFilter, DeviceListing},
    event::{EventFilter, EventMark, LoggedEvent},
    factor::FactorRow,
    identity_provider::IdentityProviderRow,
    notification::{Backlog, NotificationFilter, NotificationListing, NotificationStatus, Recipient},
    project::{ProjectFilter, ProjectListing},
    proof::Inclusion,
    session::{SessionFilter, SessionListing, SessionRow},
    tenant::{TenantFilter, TenantSort},
    totals::{DailyCount, Figures, ProjectDevices, TenantTotals, Totals},
    usage::ProjectUse,
    user::{UserFilter, UserListing},
};
pub use scrub::Scrubbed;
pub use secret::{DeviceTokenRow, Keep, person::LinkRow};
pub use store::{LogEnd, Store, StoreConfig};
pub use telemetry::{Seen, Used};
pub use usage::UsageOf;
pub use work::{Committed, Place, Scope, UnitOfWork};
