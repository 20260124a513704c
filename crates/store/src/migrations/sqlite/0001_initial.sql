-- The first schema: state, secrets, the log and its numbers. postgres/0001_initial.sql has the same tables;
-- a test compares them.

-- Nobody's id: totals over all tenants, counts that belong to no project, platform users.
-- 00000000-0000-0000-0000-000000000000 stands for "all" or "none" where a key needs a value.

-- State: a fold of the log. Only `apply` writes here.

CREATE TABLE tenants (
    id BLOB NOT NULL PRIMARY KEY,
    slug TEXT NOT NULL,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL,
    status TEXT NOT NULL CONSTRAINT tenants_status CHECK (status IN ('active', 'suspended', 'deleted')),
    contact_email TEXT,
    domain TEXT,
    logo_url TEXT,
    primary_color TEXT,
    plan TEXT NOT NULL,
    device_limit INTEGER NOT NULL CONSTRAINT tenants_device_limit CHECK (device_limit >= 0),
    active_devices INTEGER NOT NULL DEFAULT 0 CONSTRAINT tenants_active_devices CHECK (active_devices >= 0),
    code_prefix TEXT NOT NULL,
    version INTEGER NOT NULL DEFAULT 1 CONSTRAINT tenants_version CHECK (version >= 1),
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    suspended_at INTEGER,
    deleted_at INTEGER,
    CONSTRAINT tenants_suspended CHECK ((status = 'suspended') = (suspended_at IS NOT NULL)),
    CONSTRAINT tenants_deleted CHECK ((status = 'deleted') = (deleted_at IS NOT NULL)),
    CONSTRAINT tenants_deleted_devices CHECK (status <> 'deleted' OR active_devices = 0)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX tenants_slug ON tenants (slug) WHERE status <> 'deleted';
CREATE INDEX tenants_by_name ON tenants (name_key, id) WHERE status <> 'deleted';

CREATE TABLE projects (
    tenant_id BLOB NOT NULL REFERENCES tenants (id),
    id BLOB NOT NULL,
    name TEXT NOT NULL,
    client_name TEXT,
    description TEXT,
    priority TEXT NOT NULL CONSTRAINT projects_priority CHECK (priority IN ('low', 'normal', 'high')),
    status TEXT NOT NULL CONSTRAINT projects_status CHECK (status IN ('active', 'inactive', 'deleted')),
    activated_at INTEGER,
    version INTEGER NOT NULL DEFAULT 1 CONSTRAINT projects_version CHECK (version >= 1),
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    deleted_at INTEGER,
    PRIMARY KEY (tenant_id, id),
    CONSTRAINT projects_deleted CHECK ((status = 'deleted') = (deleted_at IS NOT NULL))
) STRICT, WITHOUT ROWID;
CREATE INDEX projects_by_status ON projects (tenant_id, status, id);
-- Operators list projects of all tenants and name one by its id alone.
CREATE INDEX projects_by_id ON projects (id);
CREATE INDEX projects_all_by_status ON projects (status, id);

CREATE TABLE activation_codes (
    tenant_id BLOB NOT NULL REFERENCES tenants (id),
    id BLOB NOT NULL,
    project_id BLOB,
    batch_id BLOB NOT NULL,
    hint TEXT NOT NULL,
    label TEXT,
    status TEXT NOT NULL CONSTRAINT activation_codes_status CHECK (status IN ('active', 'used', 'expired', 'revoked')),
    max_uses INTEGER NOT NULL CONSTRAINT activation_codes_max_uses CHECK (max_uses >= 1),
    use_count INTEGER NOT NULL DEFAULT 0 CONSTRAINT activation_codes_use_count CHECK (use_count >= 0 AND use_count <= max_uses),
    expires_at INTEGER,
    created_at INTEGER NOT NULL,
    revoked_at INTEGER,
    PRIMARY KEY (tenant_id, id),
    FOREIGN KEY (tenant_id, project_id) REFERENCES projects (tenant_id, id),
    CONSTRAINT activation_codes_active CHECK (status <> 'active' OR use_count < max_uses),
    CONSTRAINT activation_codes_used CHECK (status <> 'used' OR use_count = max_uses),
    CONSTRAINT activation_codes_expired CHECK (status <> 'expired' OR expires_at IS NOT NULL),
    CONSTRAINT activation_codes_revoked CHECK ((status = 'revoked') = (revoked_at IS NOT NULL))
) STRICT, WITHOUT ROWID;
CREATE INDEX activation_codes_by_status ON activation_codes (tenant_id, status, id);
CREATE INDEX activation_codes_by_project ON activation_codes (tenant_id, project_id, id);
-- Operators list codes of all tenants, name one by its id alone, and search by last group or label.
CREATE INDEX activation_codes_by_id ON activation_codes (id);
CREATE INDEX activation_codes_all_by_status ON activation_codes (status, id);
CREATE INDEX activation_codes_by_hint ON activation_codes (hint, id);
CREATE INDEX activation_codes_by_label ON activation_codes (label, id) WHERE label IS NOT NULL;
-- What the sweeper looks for.
CREATE INDEX activation_codes_expiring ON activation_codes (status, expires_at, id) WHERE expires_at IS NOT NULL;

CREATE TABLE devices (
    tenant_id BLOB NOT NULL REFERENCES tenants (id),
    id BLOB NOT NULL,
    project_id BLOB,
    code_id BLOB NOT NULL,
    fingerprint TEXT,
    label TEXT,
    platform TEXT,
    status TEXT NOT NULL CONSTRAINT devices_status CHECK (status IN ('active', 'revoked')),
    created_at INTEGER NOT NULL,
    revoked_at INTEGER,
    PRIMARY KEY (tenant_id, id),
    FOREIGN KEY (tenant_id, project_id) REFERENCES projects (tenant_id, id),
    FOREIGN KEY (tenant_id, code_id) REFERENCES activation_codes (tenant_id, id),
    CONSTRAINT devices_revoked CHECK ((status = 'revoked') = (revoked_at IS NOT NULL))
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX devices_fingerprint ON devices (tenant_id, fingerprint) WHERE fingerprint IS NOT NULL;
CREATE INDEX devices_by_status ON devices (tenant_id, status, id);
CREATE INDEX devices_by_project ON devices (tenant_id, project_id, id);
-- Operators list devices of all tenants, name one by its id alone, and search by label.
CREATE INDEX devices_by_id ON devices (id);
CREATE INDEX devices_all_by_status ON devices (status, id);
CREATE INDEX devices_by_label ON devices (label, id) WHERE label IS NOT NULL;

CREATE TABLE api_tokens (
    id BLOB NOT NULL PRIMARY KEY,
    name TEXT,
    role TEXT NOT NULL CONSTRAINT api_tokens_role CHECK (role IN ('owner', 'admin', 'auditor')),
    created_at INTEGER NOT NULL,
    expires_at INTEGER,
    revoked_at INTEGER
) STRICT, WITHOUT ROWID;

CREATE TABLE users (
    tenant_id BLOB NOT NULL,
    id BLOB NOT NULL,
    last_login_at INTEGER,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE sessions (
    tenant_id BLOB NOT NULL,
    id BLOB NOT NULL,
    user_id BLOB NOT NULL,
    status TEXT NOT NULL CONSTRAINT sessions_status CHECK (status IN ('active', 'ended', 'expired')),
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    ended_at INTEGER,
    PRIMARY KEY (tenant_id, id),
    FOREIGN KEY (tenant_id, user_id) REFERENCES users (tenant_id, id),
    CONSTRAINT sessions_ended CHECK ((status = 'active') = (ended_at IS NULL))
) STRICT, WITHOUT ROWID;

CREATE TABLE config_settings (
    tenant_id BLOB NOT NULL,
    project_id BLOB NOT NULL,
    name TEXT NOT NULL,
    value TEXT,
    updated_at INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, project_id, name)
) STRICT, WITHOUT ROWID;

-- Secrets, beside the state and never in an event.

CREATE TABLE code_secrets (
    tenant_id BLOB NOT NULL,
    code_id BLOB NOT NULL,
    key_id TEXT NOT NULL,
    digest BLOB NOT NULL CONSTRAINT code_secrets_digest CHECK (length(digest) = 32),
    PRIMARY KEY (tenant_id, code_id),
    FOREIGN KEY (tenant_id, code_id) REFERENCES activation_codes (tenant_id, id)
) STRICT, WITHOUT ROWID;
-- A code is found by the HMAC of what was typed.
CREATE UNIQUE INDEX code_secrets_digest ON code_secrets (digest);

CREATE TABLE device_tokens (
    tenant_id BLOB NOT NULL,
    device_id BLOB NOT NULL,
    id BLOB NOT NULL,
    kind TEXT NOT NULL CONSTRAINT device_tokens_kind CHECK (kind IN ('access', 'refresh')),
    hash BLOB NOT NULL CONSTRAINT device_tokens_hash CHECK (length(hash) = 32),
    expires_at INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, device_id, id),
    FOREIGN KEY (tenant_id, device_id) REFERENCES devices (tenant_id, id)
) STRICT, WITHOUT ROWID;
-- A token is found by its public id.
CREATE INDEX device_tokens_by_id ON device_tokens (id);
CREATE INDEX device_tokens_by_end ON device_tokens (expires_at);

CREATE TABLE api_token_secrets (
    id BLOB NOT NULL PRIMARY KEY REFERENCES api_tokens (id),
    hash BLOB NOT NULL CONSTRAINT api_token_secrets_hash CHECK (length(hash) = 32)
) STRICT, WITHOUT ROWID;

-- Telemetry: outside the log, written in batches.

CREATE TABLE device_telemetry (
    tenant_id BLOB NOT NULL,
    device_id BLOB NOT NULL,
    last_seen_at INTEGER NOT NULL,
    app_version TEXT,
    PRIMARY KEY (tenant_id, device_id),
    FOREIGN KEY (tenant_id, device_id) REFERENCES devices (tenant_id, id)
) STRICT, WITHOUT ROWID;

-- First answers of requests with an Idempotency-Key, sealed under that key, kept for 24 hours.

CREATE TABLE idempotency_keys (
    caller_id BLOB NOT NULL,
    key_hash BLOB NOT NULL,
    request_hash BLOB NOT NULL,
    answer BLOB NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (caller_id, key_hash)
) STRICT, WITHOUT ROWID;
CREATE INDEX idempotency_keys_by_age ON idempotency_keys (created_at);

-- The log. No foreign key leaves it: it outlives everything it mentions.

CREATE TABLE platform_events (
    seq INTEGER NOT NULL PRIMARY KEY CONSTRAINT platform_events_seq CHECK (seq >= 0),
    event_id BLOB NOT NULL,
    type TEXT NOT NULL,
    severity TEXT NOT NULL CONSTRAINT platform_events_severity CHECK (severity IN ('MAJOR', 'MINOR')),
    outcome TEXT NOT NULL CONSTRAINT platform_events_outcome CHECK (outcome IN ('done', 'refused')),
    origin TEXT NOT NULL CONSTRAINT platform_events_origin CHECK (origin IN ('live', 'backfill')),
    title TEXT NOT NULL,
    description TEXT NOT NULL,
    actor_type TEXT NOT NULL CONSTRAINT platform_events_actor_type CHECK (actor_type IN ('admin', 'tenant', 'device', 'system', 'api_token')),
    actor_id BLOB,
    tenant_id BLOB,
    tenant_slug TEXT,
    tenant_name TEXT,
    project_id BLOB,
    project_name TEXT,
    code_id BLOB,
    code_hint TEXT,
    device_id BLOB,
    user_id BLOB,
    session_id BLOB,
    metadata TEXT NOT NULL,
    request_id BLOB,
    occurred_at INTEGER NOT NULL,
    recorded_at INTEGER NOT NULL,
    entry BLOB NOT NULL CONSTRAINT platform_events_entry CHECK (length(entry) <= 65535),
    leaf_hash BLOB NOT NULL CONSTRAINT platform_events_leaf_hash CHECK (length(leaf_hash) = 32)
) STRICT;
CREATE UNIQUE INDEX platform_events_event_id ON platform_events (event_id);
CREATE INDEX platform_events_by_tenant ON platform_events (tenant_id, seq);
CREATE INDEX platform_events_by_tenant_type ON platform_events (tenant_id, type, seq);
CREATE INDEX platform_events_by_type ON platform_events (type, seq);
CREATE INDEX platform_events_by_project ON platform_events (project_id, seq) WHERE project_id IS NOT NULL;
CREATE INDEX platform_events_by_code ON platform_events (code_id, seq) WHERE code_id IS NOT NULL;
CREATE INDEX platform_events_by_device ON platform_events (device_id, seq) WHERE device_id IS NOT NULL;
CREATE INDEX platform_events_by_user ON platform_events (user_id, seq) WHERE user_id IS NOT NULL;
CREATE INDEX platform_events_by_actor ON platform_events (actor_id, seq) WHERE actor_id IS NOT NULL;
CREATE INDEX platform_events_backfilled ON platform_events (seq) WHERE origin = 'backfill';


-- Personal values of events: the entry holds a salted commitment of each. One row per event and party.
CREATE TABLE event_personal (
    event_id BLOB NOT NULL,
    subject_id BLOB NOT NULL,
    fields TEXT NOT NULL,
    PRIMARY KEY (event_id, subject_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX event_personal_by_subject ON event_personal (subject_id);

-- The head of the log: its size and the roots of the perfect subtrees of that size.
CREATE TABLE log_state (
    one INTEGER NOT NULL PRIMARY KEY CONSTRAINT log_state_one CHECK (one = 1),
    size INTEGER NOT NULL,
    frontier BLOB NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO log_state (one, size, frontier) VALUES (1, 0, x'');

-- The root of every full subtree of 256^level entries.
CREATE TABLE log_nodes (
    level INTEGER NOT NULL,
    idx INTEGER NOT NULL,
    hash BLOB NOT NULL CONSTRAINT log_nodes_hash CHECK (length(hash) = 32),
    PRIMARY KEY (level, idx)
) STRICT, WITHOUT ROWID;

-- Which stretch of the log holds the events that happened on a UTC day (counted from 1970-01-01).
CREATE TABLE log_days (
    day INTEGER NOT NULL PRIMARY KEY,
    first_seq INTEGER NOT NULL,
    last_seq INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Numbers, kept from the same stream as the log.

CREATE TABLE totals (
    tenant_id BLOB NOT NULL,
    project_id BLOB NOT NULL,
    key TEXT NOT NULL,
    value INTEGER NOT NULL CONSTRAINT totals_value CHECK (value >= 0),
    PRIMARY KEY (tenant_id, project_id, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX totals_by_key ON totals (key, project_id, value);

CREATE TABLE daily_counts (
    tenant_id BLOB NOT NULL,
    project_id BLOB NOT NULL,
    day INTEGER NOT NULL,
    key TEXT NOT NULL,
    value INTEGER NOT NULL CONSTRAINT daily_counts_value CHECK (value > 0),
    PRIMARY KEY (tenant_id, project_id, day, key)
) STRICT, WITHOUT ROWID;

-- What is written to the log stays.

CREATE TRIGGER platform_events_no_update BEFORE UPDATE ON platform_events
    BEGIN SELECT RAISE(ABORT, 'platform_events is append-only: UPDATE refused'); END;
CREATE TRIGGER platform_events_no_delete BEFORE DELETE ON platform_events
    BEGIN SELECT RAISE(ABORT, 'platform_events is append-only: DELETE refused'); END;
CREATE TRIGGER log_nodes_no_update BEFORE UPDATE ON log_nodes
    BEGIN SELECT RAISE(ABORT, 'log_nodes is append-only: UPDATE refused'); END;
CREATE TRIGGER log_nodes_no_delete BEFORE DELETE ON log_nodes
    BEGIN SELECT RAISE(ABORT, 'log_nodes is append-only: DELETE refused'); END;
-- A personal value can be erased, never replaced.
CREATE TRIGGER event_personal_no_update BEFORE UPDATE ON event_personal
    BEGIN SELECT RAISE(ABORT, 'event_personal is append-only: UPDATE refused'); END;
-- The log never gets shorter.
CREATE TRIGGER log_state_no_delete BEFORE DELETE ON log_state
    BEGIN SELECT RAISE(ABORT, 'log_state is append-only: DELETE refused'); END;
CREATE TRIGGER log_state_grows BEFORE UPDATE ON log_state WHEN NEW.size < OLD.size
    BEGIN SELECT RAISE(ABORT, 'log_state is append-only: the log cannot get shorter'); END;
