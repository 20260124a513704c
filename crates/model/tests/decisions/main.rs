//! What tenants, projects, codes, devices, users and tokens answer when something is asked of them: the event, nothing, or the reason why
//! not. Without a database: that the answer is recorded and carried out is for the tests of the crates above.

#![expect(clippy::unwrap_used, reason = "tests")]

mod activation;
mod code;
mod project;
mod sample;
mod subscription;
mod tenant;
mod user;
