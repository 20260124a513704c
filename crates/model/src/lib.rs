#![doc = include_str!("../README.md")]

pub mod activation;
pub mod actor;
pub mod api_token;
pub mod base32;
pub mod change;
pub mod clock;
pub mod code;
pub mod color;
pub mod config;
pub mod cursor;
pub mod device;
pub mod device_limit;
pub mod entropy;
pub mod event;
pub mod factor;
pub mod guessing;
pub mod id;
pub mod identity_provider;
pub mod invalid;
pub mod llm;
pub mod log;
pub mod notification;
pub mod password;
pub mod permission;
pub mod personal;
pub mod plan;
pub mod project;
pub mod quota;
pub mod session;
pub mod sign_in;
pub mod subscription;
pub mod tenant;
pub mod text;
pub mod token;
pub mod totals;
pub mod usage;
pub mod user;

pub use actor::{Actor, ActorType, Role};
pub use clock::{Clock, Month, Timestamp};
pub use cursor::Cursor;
pub use entropy::Entropy;
pub use event::{Event, EventType, Payload, Recorded};
pub use id::{
    ApiTokenId, BatchId, CodeId, DeviceId, EventId, FactorId, NotificationId, ProjectId, RequestId,
    SessionId, TenantId, UserId,
};
pub use invalid::{FieldError, Invalid};
pub use permission::{Action, Rights, Scopes};
pub use personal::Personal;
