//! One-time codes.

pub(crate) mod begin;
pub(crate) mod confirm;
