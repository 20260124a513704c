//! Rebuilding tables so that no deleted row stays in their files, on a connection of its own.

use std::time::Duration;

use tokio::time::{Instant, sleep};
use tokio_postgres::Client;

use super::{
    Postgres,
    errors::{classify, connecting},
};
use crate::engine::{EngineError, Result};

/// How long to wait for transactions that still see deleted rows.
const PATIENCE: Duration = Duration::from_secs(20);
/// How often they are looked at.
const LOOK: Duration = Duration::from_millis(20);

/// Whoever may still see rows that were deleted before `$1`: a rebuild keeps what they see. A transaction that writes counts in
/// whatever database of the server it is, prepared ones too: the rebuild's own snapshot cannot be younger than it.
const HOLDERS: &str = "SELECT
    (SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()
        AND age(backend_xmin) > age($1::text::xid8::xid))
    + (pg_snapshot_xmin(pg_current_snapshot()) < $1::text::xid8)::int
    + (SELECT count(*) FROM pg_replication_slots WHERE xmin IS NOT NULL)";
/// Tables that the role does not own: PostgreSQL would skip them with a mere warning.
const NOT_OWNED: &str =
    "SELECT name FROM unnest($1::text[]) name LEFT JOIN pg_class c ON c.oid = to_regclass(name)
    WHERE c.oid IS NULL OR NOT pg_has_role(current_user, c.relowner, 'USAGE')";
/// Whether this user may rebuild the catalog's samples of the tables' values.
const OWNS_DATABASE: &str =
    "SELECT pg_has_role(current_user, datdba, 'USAGE') FROM pg_database WHERE datname = current_database()";

impl Postgres {
    /// Rebuilds the tables as their owner; answers with where deleted values may have stayed.
    pub(in crate::engine) async fn scrub(&self, owner: &str, tables: &[&str]) -> Result<Vec<String>> {
        let (client, connection) =
            self.config.connect(self.tls.clone()).await.map_err(|error| connecting(&error))?;
        let work = async move {
            let left = Scrub { client: &client, left: vec![] }.run(owner, tables).await;
            // The connection ends once nobody can ask anything more.
            drop(client);
            left
        };
        tokio::pin!(connection);
        tokio::select! {
            left = work => left,
            _ = &mut connection => Err(EngineError::ConnectionLost { statement: "scrub" }),
        }
    }
}

struct Scrub<'c> {
    client: &'c Client,
    left: Vec<String>,
}

impl Scrub<'_> {
    async fn run(mut self, owner: &str, tables: &[&str]) -> Result<Vec<String>> {
        self.execute("SET statement_timeout = 0; SET lock_timeout = '30s'").await?;
        self.wait_for_holders().await?;
        let owner = owner.replace('"', "\"\"");
        self.execute(&format!("SET ROLE \"{owner}\"")).await?;
        let names: Vec<String> = tables.iter().map(|table| (*table).to_owned()).collect();
        let foreign = self.client.query(NOT_OWNED, &[&names]).await.map_err(failed)?;
        let foreign: Vec<String> = foreign.iter().map(|row| row.get(0)).collect();
        for table in tables {
            if foreign.iter().any(|name| name == table) {
                self.left.push(format!("{table}: it does not belong to {owner}"));
            } else {
                // ANALYZE too: the samples of the planner are values.
                self.attempt(table, &format!("VACUUM (FULL, ANALYZE) {table}")).await?;
            }
        }
        self.execute("RESET ROLE").await?;
        let owns = self.client.query_one(OWNS_DATABASE, &[]).await.map_err(failed)?;
        if owns.get(0) {
            self.attempt("pg_statistic", "VACUUM (FULL) pg_statistic").await?;
        } else {
            let why = "pg_statistic: old samples of the planner, until autovacuum has passed; only the owner of the database can \
                take them away at once";
            self.left.push(why.to_owned());
        }
        self.wal().await?;
        Ok(self.left)
    }

    /// Deleted rows stay as long as a transaction is open that may see them.
    async fn wait_for_holders(&mut self) -> Result<()> {
        let now = "SELECT pg_snapshot_xmax(pg_current_snapshot())::text";
        let now: String = self.client.query_one(now, &[]).await.map_err(failed)?.get(0);
        let deadline = Instant::now() + PATIENCE;
        loop {
            let holders: i64 = self.client.query_one(HOLDERS, &[&now]).await.map_err(failed)?.get(0);
            if holders == 0 {
                return Ok(());
            }
            if Instant::now() >= deadline {
                let why = "all tables: transactions or replication slots are older than this; run it again once they have ended";
                self.left.push(why.to_owned());
                return Ok(());
            }
            sleep(LOOK).await;
        }
    }

    /// The write-ahead log before this is not needed for a restart any more once a checkpoint is made.
    async fn wal(&mut self) -> Result<()> {
        self.attempt("pg_wal", "SELECT pg_switch_wal()").await?;
        self.attempt("pg_wal", "CHECKPOINT").await?;
        let settings =
            "SELECT current_setting('wal_recycle') = 'on', current_setting('archive_mode') <> 'off',
            current_setting('wal_keep_size') <> '0' OR EXISTS (SELECT 1 FROM pg_replication_slots)";
        let row = self.client.query_one(settings, &[]).await.map_err(failed)?;
        let whys = [
            "pg_wal: segments that are recycled keep their bytes until they are written over (wal_recycle = on)",
            "the archive of the write-ahead log (archive_mode)",
            "pg_wal: segments that are kept for replicas (wal_keep_size, replication slots)",
        ];
        for (at, why) in whys.into_iter().enumerate() {
            if row.get(at) {
                self.left.push(why.to_owned());
            }
        }
        Ok(())
    }

    /// Runs what may be refused; a refusal is told.
    async fn attempt(&mut self, place: &str, text: &str) -> Result<()> {
        match self.execute(text).await {
            Err(EngineError::ConnectionLost { statement }) => Err(EngineError::ConnectionLost { statement }),
            Err(error) => {
                self.left.push(format!("{place}: {error}"));
                Ok(())
            }
            Ok(()) => Ok(()),
        }
    }

    async fn execute(&self, text: &str) -> Result<()> {
        self.client.batch_execute(text).await.map_err(failed)
    }
}

#[expect(clippy::needless_pass_by_value, reason = "as `map_err` hands it over")]
fn failed(error: tokio_postgres::Error) -> EngineError {
    classify("scrub", &error)
}
