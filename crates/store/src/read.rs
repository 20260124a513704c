//! Questions to the database, one file per noun. Must not write. Questions about rows that belong to a tenant name the tenant,
//! or say that they ask for all, as their first argument.

pub(crate) mod activation;
pub(crate) mod api_token;
pub(crate) mod code;
pub(crate) mod config;
pub(crate) mod device;
pub(crate) mod event;
pub(crate) mod factor;
pub(crate) mod identity_provider;
pub(crate) mod memo;
pub(crate) mod notification;
pub(crate) mod plan;
pub(crate) mod project;
pub(crate) mod proof;
pub(crate) mod query;
pub(crate) mod session;
pub(crate) mod tenant;
pub(crate) mod totals;
pub(crate) mod usage;
pub(crate) mod user;

pub use daybook_model::Cursor;
use daybook_model::TenantId;
use uuid::Uuid;

use self::memo::Memo;
use crate::engine::{Conn, Reader};

/// Reads on a connection of their own or inside a unit of work.
pub struct Reads<'c> {
    source: Source<'c>,
    memo: Memo,
}

enum Source<'c> {
    Own(Box<Reader>),
    Shared(&'c Reader),
    Within(Conn<'c>),
}

impl<'c> Reads<'c> {
    pub(crate) fn new(reader: Reader, memo: Memo) -> Reads<'static> {
        Reads { source: Source::Own(Box::new(reader)), memo }
    }

    /// What is not committed yet is nobody else's to know: these remember for themselves.
    pub(crate) fn within(conn: Conn<'c>) -> Self {
        Self { source: Source::Within(conn), memo: Memo::default() }
    }

    pub(crate) fn conn(&mut self) -> Conn<'_> {
        match &mut self.source {
            Source::Own(reader) => reader.conn(),
            Source::Shared(reader) => reader.conn(),
            Source::Within(conn) => conn.reborrow(),
        }
    }
}

/// One committed state for several who ask about it at once: their questions travel together.
pub struct Snapshot {
    reader: Reader,
    memo: Memo,
}

impl Snapshot {
    pub(crate) fn new(reader: Reader, memo: Memo) -> Self {
        Self { reader, memo }
    }

    /// Reads for one of them.
    pub fn reads(&self) -> Reads<'_> {
        Reads { source: Source::Shared(&self.reader), memo: self.memo.clone() }
    }
}

/// Reads that lock the rows they answer with until the unit of work ends. SQLite has one writer and needs no locks.
pub struct Locks<'c>(Conn<'c>);

impl<'c> Locks<'c> {
    pub(crate) fn within(conn: Conn<'c>) -> Self {
        Self(conn)
    }

    pub(crate) fn conn(&mut self) -> &mut Conn<'c> {
        &mut self.0
    }
}

/// Whose rows a question is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TenantScope {
    /// One tenant's.
    Of(TenantId),
    /// Everybody's: for the platform's operators only.
    All,
}

impl TenantScope {
    pub(crate) fn id(self) -> Option<Uuid> {
        match self {
            Self::Of(tenant) => Some(tenant.uuid()),
            Self::All => None,
        }
    }
}

/// One page of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page<T> {
    /// The rows.
    pub items: Vec<T>,
    /// Where the next page begins, if there is one.
    pub next: Option<Cursor>,
}

impl<T> Page<T> {
    /// A page of at most `limit` rows out of up to one more that was read.
    pub(crate) fn cut(mut rows: Vec<T>, limit: usize, cursor: impl Fn(&T) -> Cursor) -> Self {
        let more = rows.len() > limit;
        rows.truncate(limit);
        let next = rows.last().filter(|_| more).map(cursor);
        Self { items: rows, next }
    }
}
