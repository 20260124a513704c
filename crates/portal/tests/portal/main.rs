//! What use cases promise besides their results: conflicts stay inside, followers miss nothing.
#![expect(clippy::unwrap_used, reason = "tests")]

mod conflicts;
mod live;
mod mail;
mod numbers;
