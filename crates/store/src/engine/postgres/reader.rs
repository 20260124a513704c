//! A connection that only reads, outside any transaction or in a snapshot.

use std::{
    future::Future,
    pin::pin,
    task::{Context, Waker},
};

use deadpool_postgres::{ClientWrapper, Object};
use tokio_postgres::Row;

#[cfg(test)]
use super::errors::classify;
use super::run::{SCRIPT, parameters, prepared, with_begin};
use crate::engine::{EngineError, Result, Sql, Val};

/// A connection for one caller, given back to the pool when dropped.
pub(in crate::engine) struct PostgresReader {
    client: Option<Object>,
    /// A query was sent and its answer has not been read: whoever gets this connection next would wait for it.
    in_flight: bool,
    /// Whether every query sees the same state.
    snapshot: bool,
    /// Whether nothing more must be sent before a query.
    started: bool,
}

/// What a snapshot begins with. It travels with the first query, which takes the snapshot.
const BEGIN: &str = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";

impl PostgresReader {
    pub(super) fn new(client: Object) -> PostgresReader {
        PostgresReader { client: Some(client), in_flight: false, snapshot: false, started: true }
    }

    pub(super) fn snapshot(client: Object) -> PostgresReader {
        PostgresReader { client: Some(client), in_flight: false, snapshot: true, started: false }
    }

    pub(in crate::engine) async fn query(&mut self, sql: &Sql, values: &[Val]) -> Result<Vec<Row>> {
        self.run(async |client, started| {
            let statement = prepared(client, sql, values).await?;
            let values = parameters(values);
            with_begin(client, (BEGIN, started), sql, client.query(&statement, &values)).await
        })
        .await
    }

    pub(in crate::engine) async fn execute(&mut self, sql: &Sql, values: &[Val]) -> Result<u64> {
        self.run(async |client, started| {
            let statement = prepared(client, sql, values).await?;
            let values = parameters(values);
            with_begin(client, (BEGIN, started), sql, client.execute(&statement, &values)).await
        })
        .await
    }

    pub(in crate::engine) async fn script(&mut self, text: &str) -> Result<()> {
        self.run(async |client, started| {
            with_begin(client, (BEGIN, started), &SCRIPT, client.batch_execute(text)).await
        })
        .await
    }

    #[cfg(test)]
    pub(in crate::engine) async fn prepare(&mut self, sql: &Sql) -> Result<()> {
        let text = sql.text_for(crate::engine::Engine::Postgres)?;
        self.run(async |client, _| {
            client.prepare(text).await.map(drop).map_err(|error| classify(sql.name, &error))
        })
        .await
    }

    async fn run<T>(&mut self, work: impl AsyncFnOnce(&ClientWrapper, &mut bool) -> Result<T>) -> Result<T> {
        let client = self.client.as_ref().ok_or(EngineError::Closed)?;
        self.in_flight = true;
        let done = work(client, &mut self.started).await;
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
        } else if self.snapshot && self.started {
            let _sent = pin!(client.batch_execute("ROLLBACK")).poll(&mut Context::from_waker(Waker::noop()));
        }
    }
}
