//! Opening the database that the settings name. Commands that only look never create one.

use std::sync::Arc;

use anyhow::{Context, Result, bail};
use daybook_model::Clock;
use daybook_store::{DbConfig, Store, StoreConfig};

use crate::{
    flag::Location,
    settings::Settings,
    system::{SystemClock, SystemEntropy},
};

/// The database with every migration applied, created if it is a file that does not exist.
pub(crate) async fn open_or_create(settings: &Settings) -> Result<Store> {
    let config = settings.db_config()?;
    Store::open(with_system(config)).await.with_context(|| format!("opening {}", settings.database))
}

/// The database as it is; it must exist and have every migration.
pub(crate) async fn open_existing(settings: &Settings) -> Result<Store> {
    let config = existing(settings)?;
    Store::open_migrated(with_system(config)).await.with_context(|| format!("opening {}", settings.database))
}

/// How to reach the database, if it exists.
pub(crate) fn existing(settings: &Settings) -> Result<DbConfig> {
    let config = settings.db_config()?;
    if is_missing_file(settings) {
        bail!(
            "there is no database {}: `daybook serve` creates it, --database names another",
            settings.database
        );
    }
    Ok(config)
}

/// Whether the database is a file that does not exist. Opening it would create it.
pub(crate) fn is_missing_file(settings: &Settings) -> bool {
    match settings.database.location() {
        // A file that cannot be looked at may exist: opening it says why not.
        Location::File(path) => matches!(path.try_exists(), Ok(false)),
        Location::Server => false,
    }
}

/// Applies the migrations that the database lacks.
pub(crate) async fn migrate(settings: &Settings) -> Result<()> {
    let config = settings.db_config()?;
    Store::migrate(&config, SystemClock.now())
        .await
        .with_context(|| format!("migrating {}", settings.database))
}

fn with_system(db: DbConfig) -> StoreConfig {
    StoreConfig { db, clock: Arc::new(SystemClock), entropy: Arc::new(SystemEntropy) }
}
