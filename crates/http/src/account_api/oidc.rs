//! Signing in at an identity provider: the way there, and the way back.

pub(crate) mod begin;
pub(crate) mod callback;
