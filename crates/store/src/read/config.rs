//! Questions about configuration: what is set in one place, and how it came to be so.

use daybook_model::{
    Payload, Timestamp,
    config::{ConfigPlace, ConfigUpdated, Configuration, SettingValue},
};
use uuid::Uuid;

use super::{
    Locks, Reads,
    event::{LoggedEvent, decode, raw},
};
use crate::{
    Result, StoreError,
    engine::{Conn, Engine, Row, Sql, Val, statements, vals},
    log::signed,
};

macro_rules! history {
    ($of:literal, $place:literal, $limit:literal) => {
        concat!(
            "SELECT e.seq, e.event_id, e.entry, e.title, e.description, m.subject_id, m.fields
             FROM (SELECT seq FROM platform_events WHERE type = 'CONFIG_UPDATED' AND ",
            $of,
            " AND seq < ",
            $place,
            " ORDER BY project_id DESC, seq DESC LIMIT ",
            $limit,
            ") w JOIN platform_events e ON e.seq = w.seq
             LEFT JOIN event_personal m ON m.event_id = e.event_id ORDER BY e.seq DESC"
        )
    };
}

statements! {
    CONFIG_VERSION = "SELECT version, updated_at FROM config_versions WHERE tenant_id = $1 AND project_id = $2";
    LOCK_CONFIG_VERSION = "SELECT version, updated_at FROM config_versions WHERE tenant_id = $1 AND project_id = $2",
        lock "FOR NO KEY UPDATE";
    CONFIG_SETTINGS = "SELECT name, value, updated_at FROM config_settings WHERE tenant_id = $1 AND project_id = $2 ORDER BY name";
    PROJECTS_WITH_PROVIDER = "SELECT count(*) FROM (SELECT 1 FROM config_settings
        WHERE name = 'provider' AND value = $1 AND project_id > $2 ORDER BY project_id LIMIT 1) w";
    PLATFORM_CONFIG_HISTORY = history!("project_id IS NULL", "$1", "$2");
    PROJECT_CONFIG_HISTORY = history!("project_id = $1", "$2", "$3");
    // Committed, and not numbered yet.
    PENDING_CONFIG = "SELECT e.id, e.event_id, e.entry, e.title, e.description, m.subject_id, m.fields
        FROM outbox e LEFT JOIN event_personal m ON m.event_id = e.event_id
        WHERE e.type = 'CONFIG_UPDATED' AND e.project_id IS NOT DISTINCT FROM $1 ORDER BY e.id DESC", only Engine::Postgres;
}

/// The key of a place: nil for the platform.
fn key(place: ConfigPlace) -> (Uuid, Uuid) {
    match place {
        ConfigPlace::Platform => (Uuid::nil(), Uuid::nil()),
        ConfigPlace::Project(tenant, project) => (tenant.uuid(), project.uuid()),
    }
}

async fn configuration(conn: &mut Conn<'_>, version: &Sql, place: ConfigPlace) -> Result<Configuration> {
    let (tenant, project) = key(place);
    let read = |row: &Row<'_>| Ok((row.get(0)?, row.get(1)?));
    let version: Option<(i64, Option<Timestamp>)> = conn.opt(version, vals![tenant, project], read).await?;
    let mut found = Configuration::default();
    (found.version, found.updated_at) = version.unwrap_or_default();
    let read = |row: &Row<'_>| {
        let text: Option<String> = row.get(1)?;
        let value = text.map(|text| serde_json::from_str(&text)).transpose();
        let value: Option<SettingValue> = value.map_err(|_| row.unreadable(1, "is not JSON"))?;
        Ok((row.get::<String>(0)?, value, row.get::<Timestamp>(2)?))
    };
    for (name, value, at) in conn.all(&CONFIG_SETTINGS, vals![tenant, project], read).await? {
        found.settings.extend(value.map(|value| (name.clone(), value)));
        found.set_at.insert(name, at);
    }
    Ok(found)
}

/// The statement of a page of history, and its values.
pub(crate) fn history(place: ConfigPlace, before: i64, limit: i64) -> (&'static Sql, Vec<Val>) {
    match place {
        ConfigPlace::Platform => (&PLATFORM_CONFIG_HISTORY, vals![before, limit]),
        ConfigPlace::Project(_, project) => (&PROJECT_CONFIG_HISTORY, vals![project, before, limit]),
    }
}

impl Reads<'_> {
    /// What is configured in one place.
    pub async fn configuration(&mut self, place: ConfigPlace) -> Result<Configuration> {
        configuration(&mut self.conn(), &CONFIG_VERSION, place).await
    }

    /// Whether a project asks this provider.
    pub async fn is_provider_of_a_project(&mut self, provider: &str) -> Result<bool> {
        let value = serde_json::Value::from(provider).to_string();
        let count: i64 =
            self.conn().one(&PROJECTS_WITH_PROVIDER, vals![value, Uuid::nil()], |row| row.get(0)).await?;
        Ok(count > 0)
    }

    /// A page of the changes of one configuration that have a number, newest first, and the number below which the next page begins.
    pub async fn config_history(
        &mut self,
        place: ConfigPlace,
        before: Option<u64>,
        limit: u32,
    ) -> Result<(Vec<LoggedEvent>, Option<u64>)> {
        let before = before.map_or(Ok(i64::MAX), signed)?;
        let (sql, values) = history(place, before, i64::from(limit) + 1);
        let mut events = decode(self.conn().all(sql, values, raw).await?)?;
        let more = events.len() > limit as usize;
        events.truncate(limit as usize);
        let next = events.last().filter(|_| more).map(|event| event.seq);
        Ok((events, next))
    }

    /// The changes of one configuration that have no number yet, newest first.
    pub async fn pending_config(&mut self, engine: Engine, place: ConfigPlace) -> Result<Vec<ConfigUpdated>> {
        if engine == Engine::Sqlite {
            return Ok(vec![]);
        }
        let project = match place {
            ConfigPlace::Platform => None,
            ConfigPlace::Project(_, project) => Some(project),
        };
        let rows = self.conn().all(&PENDING_CONFIG, vals![project], raw).await?;
        decode(rows)?.into_iter().map(|logged| config_updated(logged.event.payload)).collect()
    }
}

/// The change that an event of this type is.
fn config_updated(payload: Payload) -> Result<ConfigUpdated> {
    match payload {
        Payload::ConfigUpdated(event) => Ok(event),
        _ => Err(StoreError::DamagedLog("an event is not of the type of its row".to_owned())),
    }
}

impl Locks<'_> {
    /// What is configured in one place. Lock the tenant and the project first; a project that has no configuration yet is what is locked.
    pub async fn configuration(&mut self, place: ConfigPlace) -> Result<Configuration> {
        configuration(self.conn(), &LOCK_CONFIG_VERSION, place).await
    }
}
