//! A transaction. What was not committed is rolled back.

use super::{
    Conn, EngineError, GroupTail, Result, Row, Sql, Val, Write,
    conn::Kind,
    postgres::{self, PostgresTx},
    sqlite::{self, Turn},
};

/// An open transaction on PostgreSQL, a change in the current commit group on SQLite. Dropped = rolled back.
///
/// After any error (a statement, a row count, the number of values, a column that cannot be read), and after an
/// operation whose future was dropped, nothing more can be done in it: every call answers
/// [`Poisoned`](super::EngineError::Poisoned).
///
/// While one is open on SQLite every other writer waits, so await nothing but the database meanwhile.
#[must_use = "a transaction that is dropped is rolled back"]
pub struct Tx(pub(super) TxKind);

pub(super) enum TxKind {
    Sqlite(Turn),
    Postgres(Box<PostgresTx>),
}

/// A statement, its values, and what reads a row of its answer.
type Query<'s, F> = (&'s Sql, Vec<Val>, F);

impl Tx {
    /// The operations in this transaction.
    pub fn conn(&mut self) -> Conn<'_> {
        Conn(match &mut self.0 {
            TxKind::Sqlite(turn) => Kind::SqliteTx(turn),
            TxKind::Postgres(tx) => Kind::PostgresTx(tx),
        })
    }

    /// The first row of one statement, then every row of another, which sees what has committed once the first is done (its lock taken). On
    /// PostgreSQL both travel in one round trip.
    pub async fn one_then_all<A, B>(
        &mut self,
        (first, first_values, read_first): Query<'_, impl FnMut(&Row<'_>) -> Result<A>>,
        (then, then_values, read_then): Query<'_, impl FnMut(&Row<'_>) -> Result<B>>,
    ) -> Result<(A, Vec<B>)> {
        let (one, all) = match &mut self.0 {
            TxKind::Sqlite(turn) => turn.run(|conn| {
                let one = sqlite::all(conn, first, &first_values, read_first)?;
                Ok((one, sqlite::all(conn, then, &then_values, read_then)?))
            })?,
            TxKind::Postgres(tx) => {
                let (one, all) = tx.query_both((first, &first_values), (then, &then_values)).await?;
                postgres::read_all(first, &one, read_first)
                    .and_then(|one| Ok((one, postgres::read_all(then, &all, read_then)?)))
                    .inspect_err(|_| tx.poison())?
            }
        };
        let one = one.into_iter().next().ok_or(EngineError::NoRow { statement: first.name });
        Ok((one.inspect_err(|_| self.conn().poison())?, all))
    }

    /// Runs the writes, in one round trip, and checks how many rows each has changed.
    pub async fn run(&mut self, writes: Vec<Write>) -> Result<()> {
        match &mut self.0 {
            TxKind::Sqlite(turn) => write_all(turn, &writes),
            TxKind::Postgres(tx) => tx.run(&writes).await,
        }
    }

    /// Runs the writes, checks how many rows each has changed, and commits.
    ///
    /// On PostgreSQL the writes and COMMIT travel in one round trip when no count can go wrong unnoticed, that is
    /// when each is a plain `INSERT … VALUES` of one row or expects any number. Otherwise COMMIT waits for the counts.
    pub async fn commit_with(self, writes: Vec<Write>) -> Result<()> {
        match self.0 {
            TxKind::Sqlite(mut turn) => {
                write_all(&mut turn, &writes)?;
                turn.commit().await
            }
            TxKind::Postgres(tx) => tx.commit_with(&writes).await,
        }
    }

    /// What the changes before it in its commit group have left to be written with the group; always none on PostgreSQL, where a
    /// transaction stands alone.
    pub fn tail<T: GroupTail>(&self) -> Option<&T> {
        match &self.0 {
            TxKind::Sqlite(turn) => turn.tail(),
            TxKind::Postgres(_) => None,
        }
    }

    /// Runs the writes, checks how many rows each has changed, and commits; what is left is joined to what other changes of the group have
    /// left, and written once for all of them. On PostgreSQL it is written with the others.
    pub async fn commit_leaving<T: GroupTail>(
        self,
        mut writes: Vec<Write>,
        left: T,
        join: impl FnOnce(&mut T, T),
    ) -> Result<()> {
        match self.0 {
            TxKind::Sqlite(mut turn) => {
                write_all(&mut turn, &writes)?;
                turn.commit_leaving(left, join).await
            }
            TxKind::Postgres(tx) => {
                writes.extend(Box::new(left).into_writes());
                tx.commit_with(&writes).await
            }
        }
    }

    /// Commits.
    #[cfg(test)]
    pub async fn commit(self) -> Result<()> {
        self.commit_with(Vec::new()).await
    }
}

fn write_all(turn: &mut Turn, writes: &[Write]) -> Result<()> {
    turn.run(|conn| {
        writes.iter().try_for_each(|write| write.check(sqlite::exec(conn, write.sql, &write.values)?))
    })
}
