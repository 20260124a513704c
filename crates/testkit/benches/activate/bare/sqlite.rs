//! Group commit with nothing but the driver: one thread writes, each activation is a SAVEPOINT, and everybody who waits shares one COMMIT.

use std::{
    sync::mpsc::{Receiver, Sender, channel},
    thread::JoinHandle,
};

use rusqlite::{CachedStatement, Connection, ToSql, config::DbConfig, params};
use tokio::sync::oneshot;
use uuid::Uuid;

use super::{Fresh, Log};
use crate::{
    ground::{LABEL, PLATFORM, Place, Ticket},
    system::unix_micros,
    template::EventRows,
};

/// How many activations share one COMMIT at most; as many as in the store.
const GROUP: usize = 64;
const MICROS_PER_DAY: i64 = 86_400_000_000;

const CLAIM_USE: &str = "UPDATE activation_codes SET use_count = use_count + 1,
    status = CASE WHEN use_count + 1 = max_uses THEN 'used' ELSE 'active' END
    WHERE tenant_id = ?1 AND id = ?2 AND status = 'active' AND use_count < max_uses";
const TAKE_PLACE: &str = "UPDATE tenants SET active_devices = active_devices + 1
    WHERE id = ?1 AND status = 'active' AND active_devices < own_device_limit";
const INSERT_DEVICE: &str =
    "INSERT INTO devices (tenant_id, id, project_id, code_id, fingerprint, label, platform, status,
    created_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 'active', ?8)";
const INSERT_TOKEN: &str = "INSERT INTO device_tokens (tenant_id, device_id, id, kind, hash, expires_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
const INSERT_PERSONAL: &str = "INSERT INTO event_personal (event_id, subject_id, fields) VALUES (?1, ?2, ?3)";
const INSERT_EVENT: &str = "INSERT INTO platform_events (seq, event_id, type, severity, outcome, origin, title, description, actor_type,
    actor_id, tenant_id, tenant_slug, tenant_name, project_id, project_name, code_id, code_hint, device_id, user_id, session_id, metadata,
    request_id, occurred_at, recorded_at, entry, leaf_hash) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15,
    ?16, ?17, ?18, NULL, NULL, ?19, ?20, ?21, ?21, ?22, ?23)";
const RAISE_TOTAL: &str = "INSERT INTO totals (tenant_id, project_id, key, value) VALUES (?1, ?2, ?3, 1)
    ON CONFLICT (tenant_id, project_id, key) DO UPDATE SET value = totals.value + excluded.value";
const LOWER_TOTAL: &str =
    "UPDATE totals SET value = value - 1 WHERE tenant_id = ?1 AND project_id = ?2 AND key = ?3";
const RAISE_DAILY: &str =
    "INSERT INTO daily_counts (tenant_id, project_id, day, key, value) VALUES (?1, ?2, ?3, ?4, 1)
    ON CONFLICT (tenant_id, project_id, day, key) DO UPDATE SET value = daily_counts.value + excluded.value";
const WIDEN_SPAN: &str = "INSERT INTO log_spans (level, idx, first_at, last_at) VALUES (?1, ?2, ?3, ?3)
    ON CONFLICT (level, idx) DO UPDATE SET
        first_at = CASE WHEN excluded.first_at < log_spans.first_at THEN excluded.first_at ELSE log_spans.first_at END,
        last_at = CASE WHEN excluded.last_at > log_spans.last_at THEN excluded.last_at ELSE log_spans.last_at END";
const INSERT_NODE: &str = "INSERT INTO log_nodes (level, idx, hash) VALUES (0, ?1, ?2)";
const MOVE_HEAD: &str = "UPDATE log_state SET size = ?1, frontier = ?2 WHERE one = 1 AND size = ?3";

struct Job {
    ticket: Ticket,
    done: oneshot::Sender<()>,
}

/// The thread that writes.
pub(crate) struct BareSqlite {
    jobs: Sender<Job>,
    writer: JoinHandle<()>,
}

impl BareSqlite {
    /// Opens the file with the settings of the store's writer.
    pub(crate) fn open(conn: Connection, template: [EventRows; 2], log: Log) -> Self {
        let (jobs, queue) = channel();
        let writer = std::thread::spawn(move || {
            conn.execute_batch(
                "PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA recursive_triggers = ON;
                 PRAGMA secure_delete = ON; PRAGMA cache_size = -16384; PRAGMA wal_autocheckpoint = 1000;",
            )
            .unwrap();
            conn.set_prepared_statement_cache_capacity(256);
            conn.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true).unwrap();
            let size = conn.query_row("SELECT size FROM log_state", [], |row| row.get(0)).unwrap();
            Writer {
                conn,
                metadata: template.each_ref().map(|one| one.metadata.to_string()),
                template,
                size,
                log,
            }
            .serve(&queue);
        });
        Self { jobs, writer }
    }

    /// What callers need to ask.
    pub(crate) fn caller(&self) -> Caller {
        Caller(self.jobs.clone())
    }

    /// Ends the thread once every caller is gone.
    pub(crate) fn close(self) {
        drop(self.jobs);
        self.writer.join().unwrap();
    }
}

/// Asks the thread that writes.
#[derive(Clone)]
pub(crate) struct Caller(Sender<Job>);

impl Caller {
    /// One activation.
    pub(crate) async fn activate(&self, ticket: Ticket) {
        let (done, answered) = oneshot::channel();
        self.0.send(Job { ticket, done }).unwrap();
        answered.await.unwrap();
    }
}

struct Writer {
    conn: Connection,
    template: [EventRows; 2],
    metadata: [String; 2],
    size: i64,
    log: Log,
}

impl Writer {
    fn serve(mut self, queue: &Receiver<Job>) {
        let mut waiting = Vec::with_capacity(GROUP);
        while let Ok(first) = queue.recv() {
            self.run("BEGIN IMMEDIATE");
            let mut next = Some(first);
            while let Some(Job { ticket, done }) = next {
                self.activate(&ticket);
                waiting.push(done);
                next = if waiting.len() < GROUP { queue.try_recv().ok() } else { None };
            }
            self.run("COMMIT");
            for done in waiting.drain(..) {
                done.send(()).unwrap();
            }
        }
    }

    fn statement(&self, text: &str) -> CachedStatement<'_> {
        self.conn.prepare_cached(text).unwrap()
    }

    fn run(&self, text: &str) {
        self.statement(text).execute([]).unwrap();
    }

    fn one(&self, text: &str, values: &[&dyn ToSql]) {
        assert_eq!(self.statement(text).execute(values).unwrap(), 1, "{text}");
    }

    fn activate(&mut self, ticket: &Ticket) {
        let Ticket { place, code_id, .. } = ticket;
        let (tenant, project, code) = (place.tenant.uuid(), place.project.uuid(), code_id.uuid());
        let fresh = Fresh::of(ticket);
        let now = unix_micros();
        self.run("SAVEPOINT change");
        self.one(CLAIM_USE, params![tenant, code]);
        self.one(TAKE_PLACE, params![tenant]);
        self.one(
            INSERT_DEVICE,
            params![tenant, fresh.device, project, code, fresh.fingerprint, LABEL, PLATFORM, now],
        );
        for ((id, hash), kind) in fresh.tokens.iter().zip(&fresh.hashes).zip(["access", "refresh"]) {
            self.one(INSERT_TOKEN, params![tenant, fresh.device, id, kind, hash, now + MICROS_PER_DAY]);
        }
        if self.log == Log::Kept {
            self.events(ticket, &fresh, now);
        }
        self.run("RELEASE change");
    }

    fn events(&mut self, ticket: &Ticket, fresh: &Fresh, now: i64) {
        for (event, rows) in fresh.events.iter().zip(&self.template) {
            self.one(INSERT_PERSONAL, params![event, fresh.device, rows.personal]);
        }
        for at in 0..2 {
            self.event(at, ticket, fresh, now);
        }
        self.numbers(&ticket.place, now);
    }

    fn event(&mut self, at: usize, ticket: &Ticket, fresh: &Fresh, now: i64) {
        let (Some(rows), Some(id), Some(metadata)) =
            (self.template.get(at), fresh.events.get(at), self.metadata.get(at))
        else {
            return;
        };
        let place = &ticket.place;
        self.one(
            INSERT_EVENT,
            params![
                self.size,
                id,
                rows.kind,
                rows.severity,
                rows.outcome,
                rows.origin,
                rows.title,
                rows.description,
                rows.actor_type,
                fresh.device,
                place.tenant.uuid(),
                rows.tenant_slug,
                rows.tenant_name,
                place.project.uuid(),
                rows.project_name,
                ticket.code_id.uuid(),
                rows.code_hint,
                fresh.device,
                metadata,
                fresh.request,
                now,
                rows.entry,
                rows.leaf,
            ],
        );
        self.size += 1;
        if self.size % 256 == 0 {
            self.one(INSERT_NODE, params![self.size / 256 - 1, rows.leaf]);
        }
    }

    /// Totals, daily counts and the head of the log, overall, for the tenant and for the project.
    fn numbers(&self, place: &Place, now: i64) {
        let (tenant, project) = (place.tenant.uuid(), place.project.uuid());
        let day = now / MICROS_PER_DAY;
        for (tenant, project) in [(Uuid::nil(), Uuid::nil()), (tenant, Uuid::nil()), (tenant, project)] {
            self.one(RAISE_TOTAL, params![tenant, project, "codes.used"]);
            self.one(RAISE_TOTAL, params![tenant, project, "devices.active"]);
            self.one(LOWER_TOTAL, params![tenant, project, "codes.active"]);
            for rows in &self.template {
                self.one(RAISE_DAILY, params![tenant, project, day, rows.kind]);
            }
        }
        for level in 1..=3 {
            self.one(WIDEN_SPAN, params![level, (self.size - 1) >> (8 * level), now]);
        }
        // As long as the frontier of a log of this size: one hash per bit.
        let frontier = vec![7_u8; 32 * self.size.count_ones() as usize];
        self.one(MOVE_HEAD, params![self.size, frontier, self.size - 2]);
    }
}
