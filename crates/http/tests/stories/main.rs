//! Stories: what holds for whoever uses a portal, told through the real HTTP server on both engines. One file per chapter; each test
//! has a database of its own, and ends with a check of everything against the log.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests: what goes wrong here must stop the test and say where"
)]

mod activation;
mod codes;
mod feed;
mod idempotency;
mod races;
mod refusals;
mod release_checks;
mod tokens;
mod versions;
