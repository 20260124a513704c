//! The operations that both engines have.

use super::{
    Engine, Result, Row, Sql, Val,
    error::EngineError,
    postgres::{self, PostgresReader, PostgresTx},
    sqlite::{self, ReadTurn, Turn},
};

/// A connection that only reads, given back when dropped. Several may ask it at once.
pub struct Reader(pub(super) ReaderKind);

pub(super) enum ReaderKind {
    Sqlite(ReadTurn),
    Postgres(PostgresReader),
}

impl Reader {
    /// The operations on this connection. Those that write are refused.
    pub fn conn(&self) -> Conn<'_> {
        Conn(match &self.0 {
            ReaderKind::Sqlite(turn) => Kind::SqliteReader(turn),
            ReaderKind::Postgres(reader) => Kind::PostgresReader(reader),
        })
    }
}

/// One connection to one of the engines, for one operation after the other.
pub struct Conn<'c>(pub(super) Kind<'c>);

pub(super) enum Kind<'c> {
    SqliteReader(&'c ReadTurn),
    SqliteTx(&'c mut Turn),
    PostgresReader(&'c PostgresReader),
    PostgresTx(&'c mut PostgresTx),
}

impl Conn<'_> {
    /// The same connection for a shorter while.
    pub fn reborrow(&mut self) -> Conn<'_> {
        Conn(match &mut self.0 {
            Kind::SqliteReader(turn) => Kind::SqliteReader(turn),
            Kind::SqliteTx(turn) => Kind::SqliteTx(turn),
            Kind::PostgresReader(reader) => Kind::PostgresReader(reader),
            Kind::PostgresTx(tx) => Kind::PostgresTx(tx),
        })
    }

    /// Which engine it leads to.
    pub fn engine(&self) -> Engine {
        match &self.0 {
            Kind::SqliteReader(_) | Kind::SqliteTx(_) => Engine::Sqlite,
            Kind::PostgresReader(_) | Kind::PostgresTx(_) => Engine::Postgres,
        }
    }

    /// Every row, read by `read`.
    pub async fn all<T>(
        &mut self,
        sql: &Sql,
        values: Vec<Val>,
        read: impl FnMut(&Row<'_>) -> Result<T>,
    ) -> Result<Vec<T>> {
        match &mut self.0 {
            Kind::SqliteReader(turn) => turn.run(|conn| sqlite::all(conn, sql, &values, read)),
            Kind::SqliteTx(turn) => turn.run(|conn| sqlite::all(conn, sql, &values, read)),
            Kind::PostgresReader(reader) => postgres::read_all(sql, &reader.query(sql, &values).await?, read),
            Kind::PostgresTx(tx) => {
                let rows = tx.query(sql, &values).await?;
                postgres::read_all(sql, &rows, read).inspect_err(|_| tx.poison())
            }
        }
    }

    /// The first row, if there is one.
    pub async fn opt<T>(
        &mut self,
        sql: &Sql,
        values: Vec<Val>,
        read: impl FnMut(&Row<'_>) -> Result<T>,
    ) -> Result<Option<T>> {
        Ok(self.all(sql, values, read).await?.into_iter().next())
    }

    /// The first row; an error if there is none.
    pub async fn one<T>(
        &mut self,
        sql: &Sql,
        values: Vec<Val>,
        read: impl FnMut(&Row<'_>) -> Result<T>,
    ) -> Result<T> {
        let row = self.opt(sql, values, read).await?;
        row.ok_or(EngineError::NoRow { statement: sql.name }).inspect_err(|_| self.poison())
    }

    /// Runs a statement and answers how many rows it changed.
    pub async fn exec(&mut self, sql: &Sql, values: Vec<Val>) -> Result<u64> {
        match &mut self.0 {
            Kind::SqliteReader(turn) => turn.run(|conn| sqlite::exec(conn, sql, &values)),
            Kind::SqliteTx(turn) => turn.run(|conn| sqlite::exec(conn, sql, &values)),
            Kind::PostgresReader(reader) => reader.execute(sql, &values).await,
            Kind::PostgresTx(tx) => tx.execute(sql, &values).await,
        }
    }

    /// Runs statements separated by semicolons, without parameters. They must not end the transaction.
    pub async fn script(&mut self, text: &str) -> Result<()> {
        match &mut self.0 {
            Kind::SqliteReader(turn) => turn.run(|conn| sqlite::script(conn, text)),
            Kind::SqliteTx(turn) => turn.script(text),
            Kind::PostgresReader(reader) => reader.script(text).await,
            Kind::PostgresTx(tx) => tx.script(text).await,
        }
    }

    /// Compiles a statement without running it.
    #[cfg(test)]
    pub async fn prepare(&mut self, sql: &Sql) -> Result<()> {
        match &mut self.0 {
            Kind::SqliteReader(turn) => turn.run(|conn| sqlite::prepare(conn, sql)),
            Kind::SqliteTx(turn) => turn.run(|conn| sqlite::prepare(conn, sql)),
            Kind::PostgresReader(reader) => reader.prepare(sql).await,
            Kind::PostgresTx(tx) => tx.prepare(sql).await,
        }
    }

    /// The lines of the query plan for these values.
    #[cfg(test)]
    pub async fn explain(&mut self, sql: &Sql, values: Vec<Val>) -> Result<Vec<String>> {
        match &mut self.0 {
            Kind::SqliteReader(turn) => turn.run(|conn| sqlite::explain(conn, sql, &values)),
            Kind::SqliteTx(turn) => turn.run(|conn| sqlite::explain(conn, sql, &values)),
            Kind::PostgresReader(_) | Kind::PostgresTx(_) => {
                self.all(&postgres::explain(sql)?, values, |row| row.get(0)).await
            }
        }
    }

    pub(super) fn poison(&mut self) {
        match &mut self.0 {
            Kind::SqliteReader(_) | Kind::PostgresReader(_) => {}
            Kind::SqliteTx(turn) => turn.poison(),
            Kind::PostgresTx(tx) => tx.poison(),
        }
    }
}
