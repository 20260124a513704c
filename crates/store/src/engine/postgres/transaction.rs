//! A transaction. BEGIN travels with the first statement, writes travel together, and COMMIT travels with the last.

use std::{
    future::Future,
    pin::pin,
    task::{Context, Waker},
};

use deadpool_postgres::{ClientWrapper, Object};
use tokio_postgres::{Error, Row};

use super::{
    errors::{classify, is_lost},
    pipeline::send,
    request::{Prepared, Request},
    run::{Begin, SCRIPT, failed, parameters, prepared, with_begin},
};
use crate::engine::{EngineError, Result, Sql, Val, Write};

/// A transaction on a connection of its own. Dropped = rolled back.
pub(in crate::engine) struct PostgresTx {
    client: Object,
    /// The session refuses to write outside of this.
    begin: Begin,
    /// COMMIT was answered.
    ended: bool,
    /// An operation failed, or is running, or was cancelled while it ran.
    poisoned: bool,
}

impl PostgresTx {
    pub(super) fn new(client: Object) -> PostgresTx {
        let begin = Begin::with("BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE");
        PostgresTx { client, begin, ended: false, poisoned: false }
    }

    pub(in crate::engine) fn poison(&mut self) {
        self.poisoned = true;
    }

    pub(in crate::engine) async fn query(&mut self, sql: &Sql, values: &[Val]) -> Result<Vec<Row>> {
        self.step(async |client, begin| {
            let statement = prepared(client, sql, values.iter()).await?;
            let values = parameters(values);
            with_begin(client, Some(begin), sql, client.query(&statement, &values)).await
        })
        .await
    }

    /// Asks for the second before the first is answered; the server does one after the other.
    pub(in crate::engine) async fn query_both(
        &mut self,
        (first, first_values): (&Sql, &[Val]),
        (then, then_values): (&Sql, &[Val]),
    ) -> Result<(Vec<Row>, Vec<Row>)> {
        self.step(async |client, begin| {
            let before = prepared(client, first, first_values.iter()).await?;
            let behind = prepared(client, then, then_values.iter()).await?;
            let (first_values, then_values) = (parameters(first_values), parameters(then_values));
            let both = async {
                tokio::try_join!(
                    biased;
                    client.query(&before, &first_values),
                    client.query(&behind, &then_values),
                )
            };
            with_begin(client, Some(begin), first, both).await
        })
        .await
    }

    pub(in crate::engine) async fn execute(&mut self, sql: &Sql, values: &[Val]) -> Result<u64> {
        self.step(async |client, begin| {
            let statement = prepared(client, sql, values.iter()).await?;
            let values = parameters(values);
            with_begin(client, Some(begin), sql, client.execute(&statement, &values)).await
        })
        .await
    }

    pub(in crate::engine) async fn script(&mut self, text: &str) -> Result<()> {
        self.step(async |client, begin| {
            with_begin(client, Some(begin), &SCRIPT, client.batch_execute(text)).await
        })
        .await
    }

    #[cfg(test)]
    pub(in crate::engine) async fn prepare(&mut self, sql: &Sql) -> Result<()> {
        let text = sql.text_for(crate::engine::Engine::Postgres)?;
        self.step(async |client, _| {
            client.prepare(text).await.map(drop).map_err(|error| classify(sql.name, &error))
        })
        .await
    }

    /// Runs the writes in one round trip.
    pub(in crate::engine) async fn run(&mut self, writes: &[Write]) -> Result<()> {
        self.step(async |client, begin| {
            let requests = prepare_all(client, writes).await?;
            exchange(client, begin, &requests, false).await.judge(client, &requests)
        })
        .await
    }

    /// Runs the writes and commits, in one round trip where no count can go wrong unnoticed.
    pub(in crate::engine) async fn commit_with(mut self, writes: &[Write]) -> Result<()> {
        if !writes.iter().all(Write::cannot_miscount) {
            self.run(writes).await?;
            return self.commit_after(&[]).await;
        }
        self.commit_after(writes).await
    }

    async fn commit_after(&mut self, writes: &[Write]) -> Result<()> {
        if !self.begin.is_sent() && writes.is_empty() {
            return if self.poisoned { Err(EngineError::Poisoned) } else { Ok(()) };
        }
        self.step(async |client, begin| {
            let requests = prepare_all(client, writes).await?;
            if client.is_closed() {
                return Err(EngineError::ConnectionLost { statement: "COMMIT" });
            }
            exchange(client, begin, &requests, true).await.settle(client, &requests)
        })
        .await?;
        self.ended = true;
        Ok(())
    }

    /// One operation. Poisoned while it runs: if its future is dropped half-way nobody knows what was done.
    async fn step<T>(&mut self, work: impl AsyncFnOnce(&ClientWrapper, &Begin) -> Result<T>) -> Result<T> {
        if self.poisoned {
            return Err(EngineError::Poisoned);
        }
        self.poisoned = true;
        let done = work(&self.client, &self.begin).await;
        self.poisoned = done.is_err();
        done
    }
}

impl Drop for PostgresTx {
    /// Requests on one connection are answered in order and one poll sends this one, so it precedes whatever the
    /// next user of the connection asks.
    fn drop(&mut self) {
        if self.begin.is_sent() && !self.ended {
            let _sent =
                pin!(self.client.batch_execute("ROLLBACK")).poll(&mut Context::from_waker(Waker::noop()));
        }
    }
}

async fn prepare_all<'w>(client: &ClientWrapper, writes: &'w [Write]) -> Result<Vec<Prepared<'w>>> {
    let mut requests = vec![];
    for request in Request::all(writes) {
        let statement = prepared(client, request.sql, request.values.iter().copied()).await?;
        requests.push(Prepared { request, statement });
    }
    Ok(requests)
}

/// Sends BEGIN if needed, the requests, and COMMIT if asked, then reads the answers.
async fn exchange(client: &ClientWrapper, begin: &Begin, requests: &[Prepared<'_>], commit: bool) -> Answers {
    let begin = send(begin.take().map(|text| client.batch_execute(text))).await;
    let values: Vec<_> = requests.iter().map(|one| one.request.parameters()).collect();
    let sent = requests.iter().zip(&values).map(|(one, values)| client.execute(&one.statement, values));
    let mut written = send(sent).await;
    // A write that was never sent must not be followed by a COMMIT of the others.
    let commit = commit && !written.failed_at_once();
    let end = send(commit.then(|| client.batch_execute("COMMIT"))).await;
    Answers {
        begin: begin.answers().await.pop(),
        written: written.answers().await,
        end: end.answers().await.pop(),
    }
}

/// What the server said to an exchange.
struct Answers {
    begin: Option<Result<(), Error>>,
    written: Vec<Result<u64, Error>>,
    /// None: COMMIT was not sent.
    end: Option<Result<(), Error>>,
}

impl Answers {
    /// The first error before COMMIT. The errors after it only say that the transaction has failed.
    fn first_error(
        &self,
        client: &ClientWrapper,
        requests: &[Prepared<'_>],
    ) -> Option<(EngineError, &Error)> {
        if let Some(Err(error)) = &self.begin {
            return Some((classify("BEGIN", error), error));
        }
        self.written.iter().zip(requests).find_map(|(answer, one)| {
            let error = answer.as_ref().err()?;
            Some((failed(client, one.request.sql, error), error))
        })
    }

    /// The first error, else the first wrong count.
    fn judge(self, client: &ClientWrapper, requests: &[Prepared<'_>]) -> Result<()> {
        if let Some((error, _)) = self.first_error(client, requests) {
            return Err(error);
        }
        for (count, one) in self.written.into_iter().flatten().zip(requests) {
            one.request.check(count)?;
        }
        Ok(())
    }

    /// What has become of a transaction whose COMMIT was sent behind the writes.
    fn settle(self, client: &ClientWrapper, requests: &[Prepared<'_>]) -> Result<()> {
        match (self.first_error(client, requests), &self.end) {
            // The server refused a write, or ended the session there: it turns COMMIT into ROLLBACK or never reads it.
            (Some((error, cause)), _) if cause.as_db_error().is_some() => Err(error),
            (Some((error, _)), None) => Err(error),
            // The answers broke off: how far the server got is not known.
            (Some(_), Some(_)) => Err(EngineError::OutcomeUnknown),
            (None, Some(Err(error))) if is_lost(error) => Err(EngineError::OutcomeUnknown),
            (None, Some(Err(error))) => Err(classify("COMMIT", error)),
            (None, _) => self.counted(requests),
        }
    }

    /// A plain INSERT either stores its rows or fails, unless a trigger drops a row without a word.
    fn counted(&self, requests: &[Prepared<'_>]) -> Result<()> {
        for (count, one) in self.written.iter().flatten().zip(requests) {
            one.request.check(*count).map_err(|error| EngineError::Other {
                statement: one.request.sql.name,
                message: format!("is committed, but: {error}"),
            })?;
        }
        Ok(())
    }
}
