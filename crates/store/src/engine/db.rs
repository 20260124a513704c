//! A database, whichever engine it is.

use std::sync::Arc;

use super::{
    DbConfig, Engine, Listener, Reader, Result, Tx, config::Target, conn::ReaderKind, postgres::Postgres,
    sqlite::Sqlite, tx::TxKind,
};

/// A database. Clones share its connections.
#[derive(Clone)]
pub struct Db(Kind);

#[derive(Clone)]
enum Kind {
    Sqlite(Arc<Sqlite>),
    Postgres(Arc<Postgres>),
}

impl Db {
    /// Opens the database and makes sure that it can be reached and is ours.
    pub async fn open(config: &DbConfig) -> Result<Db> {
        Ok(Db(match &config.target {
            Target::Sqlite(path) => Kind::Sqlite(Arc::new(Sqlite::open(path, config).await?)),
            Target::Postgres { config: server, tls } => {
                Kind::Postgres(Arc::new(Postgres::open(server, tls, config).await?))
            }
        }))
    }

    /// Which engine this is.
    pub fn engine(&self) -> Engine {
        match &self.0 {
            Kind::Sqlite(_) => Engine::Sqlite,
            Kind::Postgres(_) => Engine::Postgres,
        }
    }

    /// A connection that only reads; each statement sees what is committed when it starts.
    pub async fn read(&self) -> Result<Reader> {
        Ok(Reader(match &self.0 {
            Kind::Sqlite(sqlite) => ReaderKind::Sqlite(sqlite.readers.turn().await?),
            Kind::Postgres(postgres) => ReaderKind::Postgres(postgres.reader().await?),
        }))
    }

    /// A connection that only reads; every statement sees what was committed when the first ran. Dropping it ends the snapshot.
    pub async fn read_snapshot(&self) -> Result<Reader> {
        Ok(Reader(match &self.0 {
            Kind::Sqlite(sqlite) => ReaderKind::Sqlite(sqlite.snapshots.snapshot().await?),
            Kind::Postgres(postgres) => ReaderKind::Postgres(postgres.snapshot().await?),
        }))
    }

    /// Opens a transaction that can write.
    pub async fn begin(&self) -> Result<Tx> {
        Ok(Tx(match &self.0 {
            Kind::Sqlite(sqlite) => TxKind::Sqlite(sqlite.writer.turn().await?),
            Kind::Postgres(postgres) => TxKind::Postgres(Box::new(postgres.begin().await?)),
        }))
    }

    /// Opens a transaction that can write, on a connection that is kept for those whom everybody waits for: they do not wait in turn
    /// with everybody.
    pub async fn begin_first(&self) -> Result<Tx> {
        match &self.0 {
            Kind::Sqlite(_) => self.begin().await,
            Kind::Postgres(postgres) => Ok(Tx(TxKind::Postgres(Box::new(postgres.begin_first().await?)))),
        }
    }

    /// Listens for NOTIFY on a channel; none on SQLite, where every change is made by this process's own neighbours.
    pub fn listen(&self, channel: &'static str) -> Option<Listener> {
        match &self.0 {
            Kind::Sqlite(_) => None,
            Kind::Postgres(postgres) => Some(postgres.listen(channel)),
        }
    }

    /// Takes away what the files still hold of rows that were deleted; answers with where they may have stayed. With a limit, only as
    /// far as others can wait for it: no SQLite file of more bytes is rebuilt, and no table of a server.
    pub async fn scrub(&self, owner: &str, tables: &[&str], most: Option<u64>) -> Result<Vec<String>> {
        match &self.0 {
            Kind::Sqlite(sqlite) => sqlite.writer.scrub(most).await,
            Kind::Postgres(_) if most.is_some() => {
                Ok(vec!["the tables: they are not rebuilt in passing".to_owned()])
            }
            Kind::Postgres(postgres) => postgres.scrub(owner, tables).await,
        }
    }

    /// Closes the database: commits what waits for its group, and lets nothing new begin.
    pub async fn close(&self) -> Result<()> {
        match &self.0 {
            Kind::Sqlite(sqlite) => sqlite.close().await,
            Kind::Postgres(postgres) => {
                postgres.close();
                Ok(())
            }
        }
    }
}
