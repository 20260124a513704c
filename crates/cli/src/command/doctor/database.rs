//! The doctor's look at the database, its migrations, the key file that belongs to it, and its log.

use std::path::Path;

use daybook_model::{Clock, Timestamp};
use daybook_store::{Backlog, DbConfig, Store, StoreConfig};

use super::{super::migrate::Standing, Finding};
use crate::{
    database::is_missing_file,
    key_file::{self, Readers},
    settings::Settings,
    system::{SystemClock, SystemEntropy},
};

/// How far the latest event may be ahead of this machine's clock before somebody should look: nodes differ a little.
const CLOCK_TOLERANCE_SECONDS: i64 = 5;
/// How many events may wait for their number while everything works.
const USUAL_PENDING: u64 = 1_000;

/// What the log and the keys say of themselves.
struct Log {
    size: u64,
    pending: u64,
    latest: Option<Timestamp>,
    key_ids: Vec<String>,
    backlog: Backlog,
}

/// Looks at the database and at all that depends on it.
pub(super) async fn examine(settings: &Settings) -> Vec<Finding> {
    let mut findings = vec![];
    let log = if is_missing_file(settings) {
        findings.push(Finding::warning(
            "database",
            format_args!("{} does not exist yet", settings.database),
            "`daybook serve` creates it, or name another with --database",
        ));
        Some(Log {
            size: 0,
            pending: 0,
            latest: None,
            key_ids: vec![],
            backlog: Backlog { waiting: 0, failed: 0 },
        })
    } else {
        let log = examine_database(settings, &mut findings).await;
        if let Some(log) = &log {
            findings.push(clock(log.latest, SystemClock.now()));
            findings.push(lag(log));
            findings.push(notifications(log.backlog));
        }
        log
    };
    // Without the database nobody knows whether a key file must exist, but one that does must be a good one.
    if log.is_some() || settings.key_file.exists() {
        findings.push(key_file(&settings.key_file, &log.map(|log| log.key_ids).unwrap_or_default()));
    }
    findings
}

/// Looks at a database that should exist; answers with its log if it can be read.
async fn examine_database(settings: &Settings, findings: &mut Vec<Finding>) -> Option<Log> {
    let config = match settings.db_config() {
        Ok(config) => config,
        Err(error) => {
            findings.push(Finding::failure("database", format_args!("{error:#}"), "correct --database"));
            return None;
        }
    };
    let steps = match Store::migration_status(&config).await {
        Ok(steps) => steps,
        Err(error) => {
            let said = format!("{}: {error}", settings.database);
            let advice = "check the URL, the server and the rights on the file";
            findings.push(Finding::failure("database", said, advice));
            return None;
        }
    };
    findings.push(Finding::fine("database", format_args!("{} ({})", settings.database, config.engine())));
    let (finding, is_current) = migrations(&steps);
    findings.push(finding);
    if !is_current {
        return None;
    }
    match read_log(config).await {
        Ok(log) => Some(log),
        Err(error) => {
            findings.push(Finding::failure("log", error, "see what `daybook check` says"));
            None
        }
    }
}

fn migrations(steps: &[daybook_store::MigrationStatus]) -> (Finding, bool) {
    let with = |wanted: Standing| steps.iter().filter(move |step| Standing::of(step) == wanted);
    let what = "migrations";
    if let Some(step) = with(Standing::Unknown).next() {
        let said = format!("{:04} {} is unknown to this program", step.version, step.name);
        return (Finding::failure(what, said, "run the newer program that applied it"), false);
    }
    if let Some(step) = with(Standing::Edited).next() {
        let said = format!("{:04} {} was edited after it was applied", step.version, step.name);
        return (Finding::failure(what, said, "run a released program"), false);
    }
    match with(Standing::Pending).count() {
        0 => (Finding::fine(what, format_args!("all {} applied", steps.len())), true),
        pending => {
            let said = format!("{pending} of {} are not applied", steps.len());
            (Finding::warning(what, said, "`daybook serve` applies them, or run `daybook migrate`"), false)
        }
    }
}

async fn read_log(config: DbConfig) -> daybook_store::Result<Log> {
    let clock = std::sync::Arc::new(SystemClock);
    let entropy = std::sync::Arc::new(SystemEntropy);
    let store = Store::open_migrated(StoreConfig { db: config, clock, entropy }).await?;
    let mut reads = store.snapshot().await?;
    let status = reads.log_status(store.engine()).await?;
    let latest = match status.size.checked_sub(1) {
        Some(seq) => reads.event_at(seq).await?.map(|event| event.event.recorded_at),
        None => None,
    };
    let key_ids = reads.code_key_ids().await?;
    let backlog = reads.notification_backlog().await?;
    drop(reads);
    store.close().await?;
    Ok(Log { size: status.size, pending: status.pending, latest, key_ids, backlog })
}

/// The key file against the ids of the keys with which stored codes were made.
fn key_file(path: &Path, stored_ids: &[String]) -> Finding {
    let what = "key file";
    let shown = path.display();
    let keys = match key_file::read(path) {
        Ok(Some(keys)) => keys,
        Ok(None) if stored_ids.is_empty() => {
            return Finding::fine(what, format_args!("{shown} does not exist; `daybook serve` creates it"));
        }
        Ok(None) => {
            let said = format!("{shown} is missing, and codes need key {}", stored_ids.join(", "));
            return Finding::failure(what, said, "restore it from a backup, or name it with --key-file");
        }
        Err(error) => {
            return Finding::failure(what, format_args!("{error:#}"), "restore it from a backup");
        }
    };
    if let Err(error) = key_file::expect_match(path, &keys, stored_ids) {
        return Finding::failure(
            what,
            format_args!("{error:#}"),
            "name the file that belongs to this database",
        );
    }
    match key_file::readers(path) {
        Ok(Readers::Owner) => Finding::fine(what, format_args!("{shown} (key {})", keys.code_key_id())),
        Ok(Readers::Group) => {
            Finding::warning(what, format_args!("a group may read {shown}"), format!("chmod 600 {shown}"))
        }
        Ok(Readers::Everybody) => {
            Finding::failure(what, format_args!("everybody may read {shown}"), format!("chmod 600 {shown}"))
        }
        Err(error) => Finding::failure(what, format_args!("{shown}: {error}"), "check the rights on it"),
    }
}

/// A clock that went back would put new events before old ones.
fn clock(latest: Option<Timestamp>, now: Timestamp) -> Finding {
    match latest {
        Some(latest) if latest > now.plus_seconds(CLOCK_TOLERANCE_SECONDS) => Finding::failure(
            "clock",
            format_args!("the latest event is from {latest}, but it is {now} here"),
            "set this machine's clock, and the clock of the machine that recorded the event",
        ),
        _ => Finding::fine("clock", format_args!("{now}, after the latest event")),
    }
}

fn lag(log: &Log) -> Finding {
    let said = format!("{} events, {} waiting for their number", log.size, log.pending);
    if log.pending > USUAL_PENDING {
        Finding::warning("log", said, "is a `daybook serve` running on this database?")
    } else {
        Finding::fine("log", said)
    }
}

/// Mail that nobody got: what was given up is for somebody to look at.
fn notifications(backlog: Backlog) -> Finding {
    let Backlog { waiting, failed } = backlog;
    let said = format!("{waiting} waiting, {failed} failed");
    if failed > 0 {
        let advice = "GET /admin/api/notifications?status=failed says why; each can be tried again";
        Finding::warning("notifications", said, advice)
    } else {
        Finding::fine("notifications", said)
    }
}

#[cfg(test)]
mod tests {
    use super::{super::Verdict, *};

    #[test]
    fn a_clock_that_is_behind_the_log_fails() {
        let now: Timestamp = "2026-01-31T09:30:00Z".parse().unwrap();
        assert_eq!(clock(Some(now.plus_seconds(60)), now).verdict, Verdict::Failure);
        assert_eq!(clock(Some(now.plus_seconds(2)), now).verdict, Verdict::Fine);
        assert_eq!(clock(None, now).verdict, Verdict::Fine);
    }

    const NONE: Backlog = Backlog { waiting: 0, failed: 0 };

    #[test]
    fn mail_that_failed_is_a_warning_and_mail_that_waits_is_not() {
        assert_eq!(notifications(Backlog { waiting: 7, ..NONE }).verdict, Verdict::Fine);
        assert_eq!(notifications(Backlog { failed: 1, ..NONE }).verdict, Verdict::Warning);
    }

    #[test]
    fn a_long_queue_is_a_warning() {
        let with =
            |pending| lag(&Log { size: 1, pending, latest: None, key_ids: vec![], backlog: NONE }).verdict;
        assert_eq!((with(0), with(1_001)), (Verdict::Fine, Verdict::Warning));
    }
}
