//! A connection that only reads, outside any transaction or in a snapshot.

use std::{
    future::Future,
    pin::pin,
    sync::atomic::{AtomicUsize, Ordering},
    task::{Context, Waker},
};

use deadpool_postgres::{ClientWrapper, Object};
use tokio_postgres::Row;

#[cfg(test)]
use super::errors::classify;
use super::run::{Begin, SCRIPT, others_first, parameters, planned, prepared, with_begin};
use crate::engine::{EngineError, Result, Sql, Val, statement::Planning};

/// A connection for one caller, given back to the pool when dropped. What is asked of it at once is sent at once.
pub(in crate::engine) struct PostgresReader {
    client: Option<Object>,
    /// How many requests were begun and not ended: whoever gets this connection next would wait for their answers.
    in_flight: AtomicUsize,
    /// What a snapshot begins with: every query after it sees the same state.
    begin: Option<Begin>,
}

impl PostgresReader {
    pub(super) fn new(client: Object) -> PostgresReader {
        PostgresReader { client: Some(client), in_flight: AtomicUsize::new(0), begin: None }
    }

    pub(super) fn snapshot(client: Object) -> PostgresReader {
        let begin = Begin::with("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
        PostgresReader { client: Some(client), in_flight: AtomicUsize::new(0), begin: Some(begin) }
    }

    pub(in crate::engine) async fn query(&self, sql: &Sql, values: &[Val]) -> Result<Vec<Row>> {
        self.run(async |client, begin| {
            let statement = prepared(client, sql, values.iter()).await?;
            if begin.is_some_and(|begin| !begin.is_sent()) {
                // What others ask at the same time is prepared before BEGIN: a statement that cannot be fails alone then, and does not
                // abort the transaction of all.
                others_first().await;
            }
            let values = parameters(values);
            let request = client.query(&statement, &values);
            if sql.planning == Planning::Usual {
                return with_begin(client, begin, sql, request).await;
            }
            // On the heap: every future that asks for a list would be as large as this one.
            with_begin(client, begin, sql, Box::pin(planned(client, sql.planning, request))).await
        })
        .await
    }

    pub(in crate::engine) async fn execute(&self, sql: &Sql, values: &[Val]) -> Result<u64> {
        self.run(async |client, begin| {
            let statement = prepared(client, sql, values.iter()).await?;
            let values = parameters(values);
            with_begin(client, begin, sql, client.execute(&statement, &values)).await
        })
        .await
    }

    pub(in crate::engine) async fn script(&self, text: &str) -> Result<()> {
        self.run(async |client, begin| with_begin(client, begin, &SCRIPT, client.batch_execute(text)).await)
            .await
    }

    #[cfg(test)]
    pub(in crate::engine) async fn prepare(&self, sql: &Sql) -> Result<()> {
        let text = sql.text_for(crate::engine::Engine::Postgres)?;
        self.run(async |client, _| {
            client.prepare(text).await.map(drop).map_err(|error| classify(sql.name, &error))
        })
        .await
    }

    async fn run<T>(&self, work: impl AsyncFnOnce(&ClientWrapper, Option<&Begin>) -> Result<T>) -> Result<T> {
        let client = self.client.as_ref().ok_or(EngineError::Closed)?;
        self.in_flight.fetch_add(1, Ordering::Relaxed);
        let done = work(client, self.begin.as_ref()).await;
        self.in_flight.fetch_sub(1, Ordering::Relaxed);
        done
    }
}

impl Drop for PostgresReader {
    /// Requests on one connection are answered in order and one poll sends this one, so it precedes whatever the
    /// next user of the connection asks.
    fn drop(&mut self) {
        let Some(client) = self.client.take() else { return };
        if *self.in_flight.get_mut() > 0 {
            drop(Object::take(client));
        } else if self.begin.as_ref().is_some_and(Begin::is_sent) {
            let _sent = pin!(client.batch_execute("ROLLBACK")).poll(&mut Context::from_waker(Waker::noop()));
        }
    }
}
