//! The state of the log itself.

pub(crate) mod status;
