//! A connection that only reads, outside any transaction or in a snapshot.

use std::{
    future::Future,
    pin::pin,
    task::{Context, Waker},
};

use deadpool_postgres::{ClientWrapper, Object};
use tokio_postgres::Row;

use super::{
    errors::classify,
    run::{failed, parameters, prepared},
};
use crate::engine::{EngineError, Result, Sql, Val};

/// A connection for one caller, given back to the pool when dropped.
pub(in crate::engine) struct PostgresReader {
    client: Option<Object>,
    /// A query was sent and its answer has not been read: whoever gets this connection next would wait for it.
    in_flight: bool,
    snapshot: bool,
}

impl PostgresReader {
    pub(super) fn new(client: Object) -> PostgresReader {
        PostgresReader { client: Some(client), in_flight: false, snapshot: false }
    }

    pub(super) async fn begin_snapshot(&mut self) -> Result<()> {
        self.snapshot = true;
        // The snapshot is taken by the first query, not by BEGIN.
        let text = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SELECT 1";
        self.run(async |client| client.batch_execute(text).await.map_err(|error| classify("BEGIN", &error)))
            .await
    }

    pub(in crate::engine) async fn query(&mut self, sql: &Sql, values: &[Val]) -> Result<Vec<Row>> {
        self.run(async |client| {
            let statement = prepared(client, sql, values).await?;
            let rows = client.query(&statement, &parameters(values)).await;
            rows.map_err(|error| failed(client, sql, &error))
        })
        .await
    }

    pub(in crate::engine) async fn execute(&mut self, sql: &Sql, values: &[Val]) -> Result<u64> {
        self.run(async |client| {
            let statement = prepared(client, sql, values).await?;
            let count = client.execute(&statement, &parameters(values)).await;
            count.map_err(|error| failed(client, sql, &error))
        })
        .await
    }

    pub(in crate::engine) async fn script(&mut self, text: &str) -> Result<()> {
        self.run(async |client| client.batch_execute(text).await.map_err(|error| classify("script", &error)))
            .await
    }

    #[cfg(test)]
    pub(in crate::engine) async fn prepare(&mut self, sql: &Sql) -> Result<()> {
        let text = sql.text_for(crate::engine::Engine::Postgres)?;
        self.run(async |client| {
            client.prepare(text).await.map(drop).map_err(|error| classify(sql.name, &error))
        })
        .await
    }

    async fn run<T>(&mut self, work: impl AsyncFnOnce(&ClientWrapper) -> Result<T>) -> Result<T> {
        let client = self.client.as_ref().ok_or(EngineError::Closed)?;
        self.in_flight = true;
        let done = work(client).await;
        self.in_flight = false;
        done
    }
}

impl Drop for PostgresReader {
    /// Requests on one connection are answered in order and one poll sends this one, so it precedes whatever the
    /// next user of the connection asks.
    fn drop(&mut self) {
        let Some(client) = self.client.take() else { return };
        if self.in_flight {
            drop(Object::take(client));
        } else if self.snapshot {
            let _sent = pin!(client.batch_execute("ROLLBACK")).poll(&mut Context::from_waker(Waker::noop()));
        }
    }
}
