//! Numbers: all from the one place that keeps them, each with the log size it holds at.

pub(crate) mod analytics;
pub(crate) mod dashboard;
pub(crate) mod distribution;
pub(crate) mod trend;
