//! The engines themselves: a SQLite file and a PostgreSQL database of its own for every test.
#![expect(clippy::disallowed_methods, reason = "these tests await what they spawn")]

pub(crate) mod fixture;
mod groups;
mod migrations;
mod plans;
mod postgres;
mod schema;
mod sqlite;
mod statement;
mod tls;
mod transactions;
mod values;

use super::*;
use fixture::{ACCOUNT_BY_ID, Fixture, INSERT_ACCOUNT, INSERT_ENTRY, account, both, id, sum};
