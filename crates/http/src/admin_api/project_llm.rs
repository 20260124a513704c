//! How language models are asked for one project: what it overrides of the platform's configuration.

pub(crate) mod configure;
pub(crate) mod history;
pub(crate) mod read;
pub(crate) mod revert;
