//! PostgreSQL: a pool of connections, prepared statements, and transactions that travel in few round trips.

mod errors;
mod listen;
mod pipeline;
mod reader;
mod request;
mod run;
mod scrub;
mod tls;
mod transaction;

use std::{sync::Arc, time::Duration};

use deadpool_postgres::{
    Hook, HookError, Manager, ManagerConfig, Object, Pool, PoolError, RecyclingMethod, Runtime, TimeoutType,
};
use tokio_postgres::Config;
use tokio_postgres_rustls::MakeRustlsConnect;

use super::{DbConfig, Durability, EngineError, Result, config::TlsMode};
#[cfg(test)]
pub use listen::Heard;
pub use listen::Listener;
pub(super) use reader::PostgresReader;
#[cfg(test)]
pub(super) use run::explain;
#[cfg(test)]
pub(crate) use run::planned_under;
pub(super) use run::read_all;
pub(super) use transaction::PostgresTx;

/// How long making a connection may take.
const CONNECT: Duration = Duration::from_secs(5);
/// How soon a connection whose other end has silently gone is noticed.
const KEEPALIVE: Duration = Duration::from_secs(60);

/// A PostgreSQL database.
pub(super) struct Postgres {
    pool: Pool,
    /// One connection beside the pool, for what finds each of its rows by its key.
    first: Pool,
    config: Config,
    tls: MakeRustlsConnect,
}

impl Postgres {
    pub(super) async fn open(config: &Config, tls: &TlsMode, options: &DbConfig) -> Result<Postgres> {
        let mut config = config.clone();
        config.connect_timeout(CONNECT).keepalives_idle(KEEPALIVE).tcp_user_timeout(KEEPALIVE);
        if config.get_application_name().is_none() {
            config.application_name("daybook");
        }
        let tls = tls::connector(tls)?;
        let settings = session_settings(options);
        let pool = pool_of(options.pool_size.max(1), &settings, &config, &tls, options)?;
        let first = pool_of(1, &(settings + BY_KEYS), &config, &tls, options)?;
        let opened = Postgres { pool, first, config, tls };
        drop(opened.client().await?);
        Ok(opened)
    }

    async fn client(&self) -> Result<Object> {
        taken(&self.pool).await
    }

    pub(super) async fn reader(&self) -> Result<PostgresReader> {
        Ok(PostgresReader::new(self.client().await?))
    }

    pub(super) async fn snapshot(&self) -> Result<PostgresReader> {
        Ok(PostgresReader::snapshot(self.client().await?))
    }

    pub(super) async fn begin(&self) -> Result<PostgresTx> {
        Ok(PostgresTx::new(self.client().await?))
    }

    pub(super) async fn begin_first(&self) -> Result<PostgresTx> {
        Ok(PostgresTx::new(taken(&self.first).await?))
    }

    pub(super) fn listen(&self, channel: &'static str) -> Listener {
        Listener::new(self.config.clone(), self.tls.clone(), channel)
    }

    pub(super) fn close(&self) {
        self.pool.close();
        self.first.close();
    }
}

/// A plan made while a table was small is kept when it is not: without these, for as long as nobody analyzes it.
const BY_KEYS: &str = " SET enable_seqscan = off; SET enable_hashjoin = off; SET enable_mergejoin = off;";

fn pool_of(
    size: usize,
    settings: &str,
    config: &Config,
    tls: &MakeRustlsConnect,
    options: &DbConfig,
) -> Result<Pool> {
    let recycling = ManagerConfig { recycling_method: RecyclingMethod::Fast };
    let settings: Arc<str> = settings.into();
    Pool::builder(Manager::from_config(config.clone(), tls.clone(), recycling))
        .max_size(size)
        .runtime(Runtime::Tokio1)
        .wait_timeout(Some(options.patience))
        .create_timeout(Some(CONNECT))
        .post_create(Hook::async_fn(move |client, _| {
            let settings = Arc::clone(&settings);
            Box::pin(async move { client.batch_execute(&settings).await.map_err(HookError::Backend) })
        }))
        .build()
        .map_err(|error| EngineError::config(error.to_string()))
}

async fn taken(pool: &Pool) -> Result<Object> {
    pool.get().await.map_err(|error| match error {
        PoolError::Timeout(TimeoutType::Wait) => EngineError::Busy { statement: "connect" },
        PoolError::Timeout(_) => EngineError::Unreachable { message: "no answer in time".to_owned() },
        PoolError::Backend(error) | PoolError::PostCreateHook(HookError::Backend(error)) => {
            errors::connecting(&error)
        }
        PoolError::PostCreateHook(HookError::Message(message)) => {
            EngineError::Unreachable { message: message.into_owned() }
        }
        PoolError::Closed => EngineError::Closed,
        PoolError::NoRuntimeSpecified => EngineError::config("no runtime"),
    })
}

/// What every session starts with. Outside a transaction of ours nothing can be written. Nothing here reads so much that compiling it (`jit`)
/// is worth its time, and a plan whose alternatives are switched off would count as dear.
fn session_settings(options: &DbConfig) -> String {
    let mut settings = "SET timezone = 'UTC'; SET jit = off; SET idle_in_transaction_session_timeout = '60s';
        SET lock_timeout = '10s'; SET statement_timeout = '30s'; SET default_transaction_read_only = on;"
        .to_owned();
    if options.durability == Durability::ThrowAway {
        settings.push_str(" SET synchronous_commit = off;");
    }
    if let Some(role) = &options.app_role {
        settings.extend([" SET ROLE \"", &role.replace('"', "\"\""), "\";"]);
    }
    settings
}
