//! The identity providers of tenants: where a tenant's people sign in instead of with a password.

pub(crate) mod configure;
pub(crate) mod read;
pub(crate) mod remove;
