//! Every write of an activation with BEGIN and COMMIT in one round trip, on prepared statements.

use std::{
    sync::{Arc, Mutex},
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use tokio::sync::Semaphore;
use tokio_postgres::{Client, Statement, types::ToSql};
use uuid::Uuid;

use super::{Fresh, Log};
use crate::{
    ground::{Database, LABEL, PLATFORM, Ticket},
    system::unix_micros,
    template::EventRows,
};

/// How many connections share the work; as many as the store's pool has.
const CONNECTIONS: usize = 16;
const DAY: Duration = Duration::from_secs(86_400);

const CLAIM_USE: &str = "UPDATE activation_codes SET use_count = use_count + 1,
    status = CASE WHEN use_count + 1 = max_uses THEN 'used' ELSE 'active' END
    WHERE tenant_id = $1 AND id = $2 AND status = 'active' AND use_count < max_uses";
const TAKE_PLACE: &str = "UPDATE tenants SET active_devices = active_devices + 1
    WHERE id = $1 AND status = 'active' AND active_devices < own_device_limit";
const INSERT_DEVICE: &str =
    "INSERT INTO devices (tenant_id, id, project_id, code_id, fingerprint, label, platform, status,
    created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, 'active', $8)";
const INSERT_TOKENS: &str = "INSERT INTO device_tokens (tenant_id, device_id, id, kind, hash, expires_at)
    VALUES ($1, $2, $3, 'access', $4, $7), ($1, $2, $5, 'refresh', $6, $7)";
const INSERT_PERSONAL: &str =
    "INSERT INTO event_personal (event_id, subject_id, fields) VALUES ($1, $3, $4), ($2, $3, $5)";
const INSERT_OUTBOX: &str = "INSERT INTO outbox (event_id, type, severity, outcome, origin, title, description, actor_type, actor_id,
    tenant_id, tenant_slug, tenant_name, project_id, project_name, code_id, code_hint, device_id, metadata, request_id, occurred_at,
    recorded_at, entry, leaf_hash, deltas) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $9, $17, $18,
    $19, $19, $20, $21, $22)";

/// A pool of connections that do nothing else.
#[derive(Clone)]
pub(crate) struct BarePostgres(Arc<Pool>);

struct Pool {
    free: Semaphore,
    idle: Mutex<Vec<Connection>>,
    template: [EventRows; 2],
    log: Log,
}

type Values<'a> = &'a [&'a (dyn ToSql + Sync)];

struct Connection {
    client: Client,
    claim: Statement,
    take: Statement,
    device: Statement,
    tokens: Statement,
    personal: Statement,
    outbox: Statement,
}

impl Connection {
    async fn open(database: &Database) -> Self {
        let client = database.connect().await;
        let [claim, take, device, tokens, personal, outbox] =
            [CLAIM_USE, TAKE_PLACE, INSERT_DEVICE, INSERT_TOKENS, INSERT_PERSONAL, INSERT_OUTBOX]
                .map(|text| client.prepare(text));
        let (claim, take, device) = (claim.await.unwrap(), take.await.unwrap(), device.await.unwrap());
        let (tokens, personal, outbox) =
            (tokens.await.unwrap(), personal.await.unwrap(), outbox.await.unwrap());
        Self { client, claim, take, device, tokens, personal, outbox }
    }

    /// Everything is sent before anything is answered: the first poll of each future sends its message.
    async fn activate(&self, ticket: &Ticket, template: &[EventRows; 2], log: Log) {
        let Ticket { place, code_id, .. } = ticket;
        let (tenant, project, code) = (place.tenant.uuid(), place.project.uuid(), code_id.uuid());
        let Fresh { device, tokens, events, request, fingerprint, hashes } = &Fresh::of(ticket);
        let now = UNIX_EPOCH + Duration::from_micros(u64::try_from(unix_micros()).unwrap());
        let [hash, other_hash] = hashes.each_ref().map(<[u8; 32]>::as_slice);
        let ([first, second], [first_id, second_id], [token, other_token]) = (template, events, tokens);
        let rows = [first, second].map(|rows| Outbox { deltas: rows.deltas_of(tenant, project), rows });
        let [row, other_row] = &rows;
        let (claim_values, until): (Values<'_>, _) = (&[&tenant, &code], now + DAY);
        let device_values: Values<'_> =
            &[&tenant, device, &project, &code, fingerprint, &LABEL, &PLATFORM, &now];
        let token_values: Values<'_> = &[&tenant, device, token, &hash, other_token, &other_hash, &until];
        let personal_values: Values<'_> = &[first_id, second_id, device, &first.personal, &second.personal];
        let events = async {
            if log == Log::None {
                return [Ok(2), Ok(1), Ok(1)];
            }
            let (personal, one, other) = tokio::join!(
                biased;
                self.client.execute(&self.personal, personal_values),
                self.insert(row, first_id, device, &tenant, &project, &code, request, &now),
                self.insert(other_row, second_id, device, &tenant, &project, &code, request, &now),
            );
            [personal, one, other]
        };
        let (begin, claimed, taken, enrolled, kept, [personal, one, other], end) = tokio::join!(
            biased;
            self.client.batch_execute("BEGIN"),
            self.client.execute(&self.claim, claim_values),
            self.client.execute(&self.take, &claim_values[..1]),
            self.client.execute(&self.device, device_values),
            self.client.execute(&self.tokens, token_values),
            events,
            self.client.batch_execute("COMMIT"),
        );
        begin.and(end).unwrap();
        let counts = [claimed, taken, enrolled, kept, personal, one, other].map(Result::unwrap);
        assert_eq!(counts, [1, 1, 1, 2, 2, 1, 1], "rows changed");
    }

    #[expect(clippy::too_many_arguments, reason = "one row")]
    async fn insert(
        &self,
        row: &Outbox<'_>,
        id: &Uuid,
        device: &Uuid,
        tenant: &Uuid,
        project: &Uuid,
        code: &Uuid,
        request: &Uuid,
        now: &SystemTime,
    ) -> Result<u64, tokio_postgres::Error> {
        let EventRows { kind, severity, outcome, origin, title, description, actor_type, .. } = row.rows;
        let EventRows { tenant_slug, tenant_name, project_name, code_hint, metadata, entry, leaf, .. } =
            row.rows;
        self.client
            .execute(
                &self.outbox,
                &[
                    id,
                    kind,
                    severity,
                    outcome,
                    origin,
                    title,
                    description,
                    actor_type,
                    device,
                    tenant,
                    tenant_slug,
                    tenant_name,
                    project,
                    project_name,
                    code,
                    code_hint,
                    metadata,
                    request,
                    now,
                    entry,
                    leaf,
                    &row.deltas,
                ],
            )
            .await
    }
}

struct Outbox<'a> {
    rows: &'a EventRows,
    deltas: String,
}

impl EventRows {
    /// What the sequencer will add up, for another tenant and project.
    fn deltas_of(&self, tenant: Uuid, project: Uuid) -> String {
        let with = |text: &str, from: Uuid, to: Uuid| text.replace(&from.to_string(), &to.to_string());
        with(&with(&self.deltas, self.tenant, tenant), self.project, project)
    }
}

impl BarePostgres {
    /// Opens the connections.
    pub(crate) async fn open(database: &Database, template: [EventRows; 2], log: Log) -> Self {
        let mut idle = vec![];
        for _ in 0..CONNECTIONS {
            idle.push(Connection::open(database).await);
        }
        Self(Arc::new(Pool { free: Semaphore::new(CONNECTIONS), idle: Mutex::new(idle), template, log }))
    }

    /// One activation.
    pub(crate) async fn activate(&self, ticket: Ticket) {
        let _turn = self.0.free.acquire().await.unwrap();
        let connection = self.0.idle.lock().unwrap().pop().unwrap();
        connection.activate(&ticket, &self.0.template, self.0.log).await;
        self.0.idle.lock().unwrap().push(connection);
    }
}
