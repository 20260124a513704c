//! Running one statement on one PostgreSQL connection.

use std::{
    future::Future,
    sync::atomic::{AtomicBool, Ordering},
    task::Poll,
};

use deadpool_postgres::ClientWrapper;
use tokio_postgres::{Error, Row, Statement, types::ToSql};

use super::errors::{classify, is_stale_statement};
use crate::engine::{Engine, EngineError, Result, Sql, Val, statement::Planning};

/// How many prepared statements a connection keeps. Beyond that it starts anew: texts put together at run time
/// would otherwise fill the server's memory.
const STATEMENTS_KEPT: usize = 512;

/// What errors of a script name.
pub(super) static SCRIPT: Sql = Sql::new("script", "");

/// The statement, prepared once per connection, and checked against the values: the driver sends a wrong number or
/// type of values only to fail later, when the statements that follow are on their way already.
pub(super) async fn prepared<'v>(
    client: &ClientWrapper,
    sql: &Sql,
    values: impl ExactSizeIterator<Item = &'v Val>,
) -> Result<Statement> {
    if client.statement_cache.size() >= STATEMENTS_KEPT {
        client.statement_cache.clear();
    }
    let text = sql.text_for(Engine::Postgres)?;
    let statement = client.prepare_cached(text).await.map_err(|error| classify(sql.name, &error))?;
    check(sql, &statement, values)?;
    Ok(statement)
}

fn check<'v>(sql: &Sql, statement: &Statement, values: impl ExactSizeIterator<Item = &'v Val>) -> Result<()> {
    let expected = statement.params().len();
    if expected != values.len() {
        return Err(EngineError::Arity { statement: sql.name, expected, actual: values.len() });
    }
    for (index, (value, ty)) in values.zip(statement.params()).enumerate() {
        value
            .storable()
            .map_err(str::to_owned)
            .and_then(|()| value.fits(ty))
            .map_err(|reason| EngineError::Value { statement: sql.name, parameter: index + 1, reason })?;
    }
    Ok(())
}

/// The values as the driver takes them.
pub(super) fn parameters(values: &[Val]) -> Vec<&(dyn ToSql + Sync)> {
    values.iter().map(|value| value as &(dyn ToSql + Sync)).collect()
}

/// What a transaction begins with: sent with its first request, by whoever makes that.
pub(super) struct Begin {
    text: &'static str,
    sent: AtomicBool,
}

impl Begin {
    pub(super) const fn with(text: &'static str) -> Self {
        Self { text, sent: AtomicBool::new(false) }
    }

    /// The text, if it was not sent yet: the caller sends it at once, before anything else.
    pub(super) fn take(&self) -> Option<&'static str> {
        (!self.sent.swap(true, Ordering::Relaxed)).then_some(self.text)
    }

    pub(super) fn is_sent(&self) -> bool {
        self.sent.load(Ordering::Relaxed)
    }
}

/// Lets whoever is polled beside this do what it can do at once.
pub(super) async fn others_first() {
    let mut done = false;
    std::future::poll_fn(|context| {
        if std::mem::replace(&mut done, true) {
            return Poll::Ready(());
        }
        context.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}

/// Runs one request, behind the BEGIN of its transaction if there is one that was not sent yet.
pub(super) async fn with_begin<T>(
    client: &ClientWrapper,
    begin: Option<&Begin>,
    sql: &Sql,
    request: impl Future<Output = std::result::Result<T, Error>>,
) -> Result<T> {
    let done = match begin.and_then(Begin::take) {
        None => request.await,
        Some(begin) => {
            let (opened, done) = tokio::join!(biased; client.batch_execute(begin), request);
            opened.and(done)
        }
    };
    done.map_err(|error| failed(client, sql, &error))
}

/// The settings under which a statement is planned, and what takes them back.
struct Settings {
    set: &'static str,
    reset: &'static str,
}

/// After five executions the server would keep one plan for all values where it takes that to be no dearer, and it guesses: a page of a
/// frequent type was read by walking the log, 100 ms instead of one.
static FOR_VALUES: Settings =
    Settings { set: "SET plan_cache_mode = force_custom_plan", reset: "RESET plan_cache_mode" };

/// One plan for all values, which leaves nothing to guess: half of a page's time was planning it.
static WALK: Settings = Settings {
    set: "SET plan_cache_mode = force_generic_plan; SET enable_sort = off; SET enable_incremental_sort = off;
        SET enable_seqscan = off; SET enable_bitmapscan = off; SET enable_hashjoin = off; SET enable_mergejoin = off",
    reset: "RESET plan_cache_mode; RESET enable_sort; RESET enable_incremental_sort;
        RESET enable_seqscan; RESET enable_bitmapscan; RESET enable_hashjoin; RESET enable_mergejoin",
};

fn settings(planning: Planning) -> Option<&'static Settings> {
    match planning {
        Planning::Usual => None,
        Planning::ForValues => Some(&FOR_VALUES),
        Planning::Walk => Some(&WALK),
    }
}

/// What is sent before a statement, for it to be planned as it is to be.
#[cfg(test)]
pub(crate) fn planned_under(sql: &Sql) -> &'static str {
    settings(sql.planning).map_or("", |settings| settings.set)
}

/// Runs a request of a statement as it is to be planned. What is sent around it takes no round trip of its own, and nobody else's
/// request comes in between.
pub(super) async fn planned<T>(
    client: &ClientWrapper,
    planning: Planning,
    request: impl Future<Output = std::result::Result<T, Error>>,
) -> std::result::Result<T, Error> {
    let Some(Settings { set, reset }) = settings(planning) else { return request.await };
    let (set, done, _) = tokio::join!(
        biased;
        client.batch_execute(set),
        request,
        // Fails with a transaction that has failed, whose end puts them back as well.
        client.batch_execute(reset),
    );
    set.and(done)
}

/// Translates an error, and forgets statements that have become useless.
pub(super) fn failed(client: &ClientWrapper, sql: &Sql, error: &Error) -> EngineError {
    if is_stale_statement(error) {
        client.statement_cache.clear();
    }
    classify(sql.name, error)
}

/// The lines of the query plan.
#[cfg(test)]
pub(in crate::engine) fn explain(sql: &Sql) -> Result<Sql> {
    Ok(Sql::dynamic(sql.name, format!("EXPLAIN {}", sql.text_for(Engine::Postgres)?)))
}

/// Reads every row with `read`.
pub(in crate::engine) fn read_all<T>(
    sql: &Sql,
    rows: &[Row],
    mut read: impl FnMut(&crate::engine::Row<'_>) -> Result<T>,
) -> Result<Vec<T>> {
    rows.iter().map(|row| read(&crate::engine::Row::postgres(sql, row))).collect()
}
