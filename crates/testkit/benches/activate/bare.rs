//! The limit: the same rows written straight with each engine's driver. Nothing is decided, encoded or hashed here, and nothing is
//! read: what was found out beforehand is written again under other ids.

mod postgres;
mod sqlite;

pub(crate) use postgres::BarePostgres;
pub(crate) use sqlite::BareSqlite;

use crate::{ground::Ticket, system::new_id};
use uuid::Uuid;

/// Whether the changes are logged: personal values, entries and numbers beside the rows that hold the present state.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Log {
    Kept,
    None,
}

/// The ids of one activation's new rows.
struct Fresh {
    device: Uuid,
    tokens: [Uuid; 2],
    events: [Uuid; 2],
    request: Uuid,
    fingerprint: String,
    hashes: [[u8; 32]; 2],
}

impl Fresh {
    fn of(ticket: &Ticket) -> Self {
        Self {
            device: new_id(),
            tokens: [new_id(), new_id()],
            events: [new_id(), new_id()],
            request: new_id(),
            fingerprint: ticket.digest.iter().map(|byte| format!("{byte:02x}")).collect(),
            hashes: [ticket.digest, ticket.digest],
        }
    }
}
