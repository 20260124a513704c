-- The first schema: state, secrets, the log and its numbers. sqlite/0001_initial.sql has the same tables;
-- a test compares them.

-- Nobody's id: totals over all tenants, counts that belong to no project, platform users.
-- 00000000-0000-0000-0000-000000000000 stands for "all" or "none" where a key needs a value.

-- State: a fold of the log. Only `apply` writes here.

CREATE TABLE tenants (
    id uuid NOT NULL PRIMARY KEY,
    slug text COLLATE "C" NOT NULL,
    name text COLLATE "C" NOT NULL,
    name_key text COLLATE "C" NOT NULL,
    status text COLLATE "C" NOT NULL CONSTRAINT tenants_status CHECK (status IN ('active', 'suspended', 'deleted')),
    contact_email text COLLATE "C",
    domain text COLLATE "C",
    logo_url text COLLATE "C",
    primary_color text COLLATE "C",
    plan text COLLATE "C" NOT NULL,
    device_limit bigint NOT NULL CONSTRAINT tenants_device_limit CHECK (device_limit >= 0),
    active_devices bigint NOT NULL DEFAULT 0 CONSTRAINT tenants_active_devices CHECK (active_devices >= 0),
    code_prefix text COLLATE "C" NOT NULL,
    version bigint NOT NULL DEFAULT 1 CONSTRAINT tenants_version CHECK (version >= 1),
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    suspended_at timestamptz,
    deleted_at timestamptz,
    CONSTRAINT tenants_suspended CHECK ((status = 'suspended') = (suspended_at IS NOT NULL)),
    CONSTRAINT tenants_deleted CHECK ((status = 'deleted') = (deleted_at IS NOT NULL)),
    CONSTRAINT tenants_deleted_devices CHECK (status <> 'deleted' OR active_devices = 0)
);
CREATE UNIQUE INDEX tenants_slug ON tenants (slug) WHERE status <> 'deleted';
CREATE INDEX tenants_by_name ON tenants (name_key, id) WHERE status <> 'deleted';

CREATE TABLE projects (
    tenant_id uuid NOT NULL REFERENCES tenants (id),
    id uuid NOT NULL,
    name text COLLATE "C" NOT NULL,
    client_name text COLLATE "C",
    description text COLLATE "C",
    priority text COLLATE "C" NOT NULL CONSTRAINT projects_priority CHECK (priority IN ('low', 'normal', 'high')),
    status text COLLATE "C" NOT NULL CONSTRAINT projects_status CHECK (status IN ('active', 'inactive', 'deleted')),
    activated_at timestamptz,
    version bigint NOT NULL DEFAULT 1 CONSTRAINT projects_version CHECK (version >= 1),
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    deleted_at timestamptz,
    PRIMARY KEY (tenant_id, id),
    CONSTRAINT projects_deleted CHECK ((status = 'deleted') = (deleted_at IS NOT NULL))
);
CREATE INDEX projects_by_status ON projects (tenant_id, status, id);
-- Operators list projects of all tenants and name one by its id alone.
CREATE INDEX projects_by_id ON projects (id);
CREATE INDEX projects_all_by_status ON projects (status, id);

CREATE TABLE activation_codes (
    tenant_id uuid NOT NULL REFERENCES tenants (id),
    id uuid NOT NULL,
    project_id uuid,
    batch_id uuid NOT NULL,
    hint text COLLATE "C" NOT NULL,
    label text COLLATE "C",
    status text COLLATE "C" NOT NULL CONSTRAINT activation_codes_status CHECK (status IN ('active', 'used', 'expired', 'revoked')),
    max_uses bigint NOT NULL CONSTRAINT activation_codes_max_uses CHECK (max_uses >= 1),
    use_count bigint NOT NULL DEFAULT 0 CONSTRAINT activation_codes_use_count CHECK (use_count >= 0 AND use_count <= max_uses),
    expires_at timestamptz,
    created_at timestamptz NOT NULL,
    revoked_at timestamptz,
    PRIMARY KEY (tenant_id, id),
    FOREIGN KEY (tenant_id, project_id) REFERENCES projects (tenant_id, id),
    CONSTRAINT activation_codes_active CHECK (status <> 'active' OR use_count < max_uses),
    CONSTRAINT activation_codes_used CHECK (status <> 'used' OR use_count = max_uses),
    CONSTRAINT activation_codes_expired CHECK (status <> 'expired' OR expires_at IS NOT NULL),
    CONSTRAINT activation_codes_revoked CHECK ((status = 'revoked') = (revoked_at IS NOT NULL))
);
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
    tenant_id uuid NOT NULL REFERENCES tenants (id),
    id uuid NOT NULL,
    project_id uuid,
    code_id uuid NOT NULL,
    fingerprint text COLLATE "C",
    label text COLLATE "C",
    platform text COLLATE "C",
    status text COLLATE "C" NOT NULL CONSTRAINT devices_status CHECK (status IN ('active', 'revoked')),
    created_at timestamptz NOT NULL,
    revoked_at timestamptz,
    PRIMARY KEY (tenant_id, id),
    FOREIGN KEY (tenant_id, project_id) REFERENCES projects (tenant_id, id),
    FOREIGN KEY (tenant_id, code_id) REFERENCES activation_codes (tenant_id, id),
    CONSTRAINT devices_revoked CHECK ((status = 'revoked') = (revoked_at IS NOT NULL))
);
CREATE UNIQUE INDEX devices_fingerprint ON devices (tenant_id, fingerprint) WHERE fingerprint IS NOT NULL;
CREATE INDEX devices_by_status ON devices (tenant_id, status, id);
CREATE INDEX devices_by_project ON devices (tenant_id, project_id, id);
-- Operators list devices of all tenants, name one by its id alone, and search by label.
CREATE INDEX devices_by_id ON devices (id);
CREATE INDEX devices_all_by_status ON devices (status, id);
CREATE INDEX devices_by_label ON devices (label, id) WHERE label IS NOT NULL;

CREATE TABLE api_tokens (
    id uuid NOT NULL PRIMARY KEY,
    name text COLLATE "C",
    role text COLLATE "C" NOT NULL CONSTRAINT api_tokens_role CHECK (role IN ('owner', 'admin', 'auditor')),
    created_at timestamptz NOT NULL,
    expires_at timestamptz,
    revoked_at timestamptz
);

CREATE TABLE users (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    last_login_at timestamptz,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, id)
);

CREATE TABLE sessions (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    user_id uuid NOT NULL,
    status text COLLATE "C" NOT NULL CONSTRAINT sessions_status CHECK (status IN ('active', 'ended', 'expired')),
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    ended_at timestamptz,
    PRIMARY KEY (tenant_id, id),
    FOREIGN KEY (tenant_id, user_id) REFERENCES users (tenant_id, id),
    CONSTRAINT sessions_ended CHECK ((status = 'active') = (ended_at IS NULL))
);

CREATE TABLE config_settings (
    tenant_id uuid NOT NULL,
    project_id uuid NOT NULL,
    name text COLLATE "C" NOT NULL,
    value text COLLATE "C",
    updated_at timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, project_id, name)
);

-- Secrets, beside the state and never in an event.

CREATE TABLE code_secrets (
    tenant_id uuid NOT NULL,
    code_id uuid NOT NULL,
    key_id text COLLATE "C" NOT NULL,
    digest bytea NOT NULL CONSTRAINT code_secrets_digest CHECK (octet_length(digest) = 32),
    PRIMARY KEY (tenant_id, code_id),
    FOREIGN KEY (tenant_id, code_id) REFERENCES activation_codes (tenant_id, id)
);
-- A code is found by the HMAC of what was typed.
CREATE UNIQUE INDEX code_secrets_digest ON code_secrets (digest);

CREATE TABLE device_tokens (
    tenant_id uuid NOT NULL,
    device_id uuid NOT NULL,
    id uuid NOT NULL,
    kind text COLLATE "C" NOT NULL CONSTRAINT device_tokens_kind CHECK (kind IN ('access', 'refresh')),
    hash bytea NOT NULL CONSTRAINT device_tokens_hash CHECK (octet_length(hash) = 32),
    expires_at timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, device_id, id),
    FOREIGN KEY (tenant_id, device_id) REFERENCES devices (tenant_id, id)
);
-- A token is found by its public id.
CREATE INDEX device_tokens_by_id ON device_tokens (id);
CREATE INDEX device_tokens_by_end ON device_tokens (expires_at);

CREATE TABLE api_token_secrets (
    id uuid NOT NULL PRIMARY KEY REFERENCES api_tokens (id),
    hash bytea NOT NULL CONSTRAINT api_token_secrets_hash CHECK (octet_length(hash) = 32)
);

-- Telemetry: outside the log, written in batches.

CREATE TABLE device_telemetry (
    tenant_id uuid NOT NULL,
    device_id uuid NOT NULL,
    last_seen_at timestamptz NOT NULL,
    app_version text COLLATE "C",
    PRIMARY KEY (tenant_id, device_id),
    FOREIGN KEY (tenant_id, device_id) REFERENCES devices (tenant_id, id)
);

-- First answers of requests with an Idempotency-Key, sealed under that key, kept for 24 hours.

CREATE TABLE idempotency_keys (
    caller_id uuid NOT NULL,
    key_hash bytea NOT NULL,
    request_hash bytea NOT NULL,
    answer bytea NOT NULL,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (caller_id, key_hash)
);
CREATE INDEX idempotency_keys_by_age ON idempotency_keys (created_at);

-- The log. No foreign key leaves it: it outlives everything it mentions.

CREATE TABLE platform_events (
    seq bigint NOT NULL PRIMARY KEY CONSTRAINT platform_events_seq CHECK (seq >= 0),
    event_id uuid NOT NULL,
    type text COLLATE "C" NOT NULL,
    severity text COLLATE "C" NOT NULL CONSTRAINT platform_events_severity CHECK (severity IN ('MAJOR', 'MINOR')),
    outcome text COLLATE "C" NOT NULL CONSTRAINT platform_events_outcome CHECK (outcome IN ('done', 'refused')),
    origin text COLLATE "C" NOT NULL CONSTRAINT platform_events_origin CHECK (origin IN ('live', 'backfill')),
    title text COLLATE "C" NOT NULL,
    description text COLLATE "C" NOT NULL,
    actor_type text COLLATE "C" NOT NULL CONSTRAINT platform_events_actor_type CHECK (actor_type IN ('admin', 'tenant', 'device', 'system', 'api_token')),
    actor_id uuid,
    tenant_id uuid,
    tenant_slug text COLLATE "C",
    tenant_name text COLLATE "C",
    project_id uuid,
    project_name text COLLATE "C",
    code_id uuid,
    code_hint text COLLATE "C",
    device_id uuid,
    user_id uuid,
    session_id uuid,
    metadata jsonb NOT NULL,
    request_id uuid,
    occurred_at timestamptz NOT NULL,
    recorded_at timestamptz NOT NULL,
    entry bytea NOT NULL CONSTRAINT platform_events_entry CHECK (octet_length(entry) <= 65535),
    leaf_hash bytea NOT NULL CONSTRAINT platform_events_leaf_hash CHECK (octet_length(leaf_hash) = 32)
);
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

-- Events whose change has committed and which the sequencer has not yet given their place.
CREATE TABLE outbox (
    id bigint GENERATED ALWAYS AS IDENTITY (CACHE 1) PRIMARY KEY,
    event_id uuid NOT NULL,
    type text COLLATE "C" NOT NULL,
    severity text COLLATE "C" NOT NULL CONSTRAINT outbox_severity CHECK (severity IN ('MAJOR', 'MINOR')),
    outcome text COLLATE "C" NOT NULL CONSTRAINT outbox_outcome CHECK (outcome IN ('done', 'refused')),
    origin text COLLATE "C" NOT NULL CONSTRAINT outbox_origin CHECK (origin IN ('live', 'backfill')),
    title text COLLATE "C" NOT NULL,
    description text COLLATE "C" NOT NULL,
    actor_type text COLLATE "C" NOT NULL CONSTRAINT outbox_actor_type CHECK (actor_type IN ('admin', 'tenant', 'device', 'system', 'api_token')),
    actor_id uuid,
    tenant_id uuid,
    tenant_slug text COLLATE "C",
    tenant_name text COLLATE "C",
    project_id uuid,
    project_name text COLLATE "C",
    code_id uuid,
    code_hint text COLLATE "C",
    device_id uuid,
    user_id uuid,
    session_id uuid,
    metadata jsonb NOT NULL,
    request_id uuid,
    occurred_at timestamptz NOT NULL,
    recorded_at timestamptz NOT NULL,
    entry bytea NOT NULL CONSTRAINT outbox_entry CHECK (octet_length(entry) <= 65535),
    leaf_hash bytea NOT NULL CONSTRAINT outbox_leaf_hash CHECK (octet_length(leaf_hash) = 32),
    deltas text COLLATE "C" NOT NULL
);


-- Personal values of events: the entry holds a salted commitment of each. One row per event and party.
CREATE TABLE event_personal (
    event_id uuid NOT NULL,
    subject_id uuid NOT NULL,
    fields text COLLATE "C" NOT NULL,
    PRIMARY KEY (event_id, subject_id)
);
CREATE INDEX event_personal_by_subject ON event_personal (subject_id);

-- The head of the log: its size and the roots of the perfect subtrees of that size.
CREATE TABLE log_state (
    one bigint NOT NULL PRIMARY KEY CONSTRAINT log_state_one CHECK (one = 1),
    size bigint NOT NULL,
    frontier bytea NOT NULL
);
INSERT INTO log_state (one, size, frontier) VALUES (1, 0, ''::bytea);

-- The root of every full subtree of 256^level entries.
CREATE TABLE log_nodes (
    level bigint NOT NULL,
    idx bigint NOT NULL,
    hash bytea NOT NULL CONSTRAINT log_nodes_hash CHECK (octet_length(hash) = 32),
    PRIMARY KEY (level, idx)
);

-- Which stretch of the log holds the events that happened on a UTC day (counted from 1970-01-01).
CREATE TABLE log_days (
    day bigint NOT NULL PRIMARY KEY,
    first_seq bigint NOT NULL,
    last_seq bigint NOT NULL
);

-- Numbers, kept from the same stream as the log.

CREATE TABLE totals (
    tenant_id uuid NOT NULL,
    project_id uuid NOT NULL,
    key text COLLATE "C" NOT NULL,
    value bigint NOT NULL CONSTRAINT totals_value CHECK (value >= 0),
    PRIMARY KEY (tenant_id, project_id, key)
);
CREATE INDEX totals_by_key ON totals (key, project_id, value);

CREATE TABLE daily_counts (
    tenant_id uuid NOT NULL,
    project_id uuid NOT NULL,
    day bigint NOT NULL,
    key text COLLATE "C" NOT NULL,
    value bigint NOT NULL CONSTRAINT daily_counts_value CHECK (value > 0),
    PRIMARY KEY (tenant_id, project_id, day, key)
);

-- What is written to the log stays: by trigger (ALWAYS, so also under session_replication_role = replica) ...

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER platform_events_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON platform_events
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
ALTER TABLE platform_events ENABLE ALWAYS TRIGGER platform_events_append_only;
CREATE TRIGGER log_nodes_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON log_nodes
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
ALTER TABLE log_nodes ENABLE ALWAYS TRIGGER log_nodes_append_only;
-- A personal value can be erased, never replaced.
CREATE TRIGGER event_personal_append_only BEFORE UPDATE OR TRUNCATE ON event_personal
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
ALTER TABLE event_personal ENABLE ALWAYS TRIGGER event_personal_append_only;
-- The log never gets shorter.
CREATE TRIGGER log_state_append_only BEFORE DELETE OR TRUNCATE ON log_state
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
ALTER TABLE log_state ENABLE ALWAYS TRIGGER log_state_append_only;
CREATE FUNCTION refuse_shorter_log() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.size < OLD.size THEN
        RAISE EXCEPTION 'log_state is append-only: the log cannot get shorter' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER log_state_grows BEFORE UPDATE ON log_state FOR EACH ROW EXECUTE FUNCTION refuse_shorter_log();
ALTER TABLE log_state ENABLE ALWAYS TRIGGER log_state_grows;

-- ... and by privilege: sessions of the server take the role daybook_app, which owns nothing and cannot change the log.

DO $$
DECLARE
    role_name text;
    relation regclass;
BEGIN
    FOREACH role_name IN ARRAY ARRAY['daybook_owner', 'daybook_app'] LOOP
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = role_name) THEN
            BEGIN
                EXECUTE format('CREATE ROLE %I NOLOGIN', role_name);
            EXCEPTION
                -- Another database of the same server made it at the same time.
                WHEN duplicate_object OR unique_violation THEN NULL;
                WHEN insufficient_privilege THEN
                    RAISE EXCEPTION 'the role % does not exist and this user may not create it; as a superuser run: CREATE ROLE % NOLOGIN; GRANT % TO %',
                        role_name, role_name, role_name, current_user USING ERRCODE = 'insufficient_privilege';
            END;
        END IF;
        IF NOT pg_has_role(current_user, role_name, 'MEMBER') THEN
            EXECUTE format('GRANT %I TO %I', role_name, current_user);
        END IF;
    END LOOP;
    EXECUTE format('GRANT USAGE, CREATE ON SCHEMA %I TO daybook_owner', current_schema());
    EXECUTE format('GRANT USAGE ON SCHEMA %I TO daybook_app', current_schema());
    FOR relation IN
        SELECT c.oid::regclass FROM pg_class c
        WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind = 'r'
    LOOP
        EXECUTE format('REVOKE ALL ON %s FROM PUBLIC', relation);
        EXECUTE format('ALTER TABLE %s OWNER TO daybook_owner', relation);
    END LOOP;
END $$;
ALTER FUNCTION refuse_change() OWNER TO daybook_owner;
ALTER FUNCTION refuse_shorter_log() OWNER TO daybook_owner;

GRANT SELECT, INSERT ON platform_events, log_nodes, event_personal TO daybook_app;
GRANT SELECT, UPDATE ON log_state TO daybook_app;
GRANT SELECT, INSERT, DELETE ON outbox, idempotency_keys TO daybook_app;
GRANT SELECT, INSERT, UPDATE ON
    tenants, projects, activation_codes, devices, api_tokens, users, sessions, config_settings, code_secrets,
    api_token_secrets, device_telemetry, log_days, totals, daily_counts TO daybook_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON device_tokens TO daybook_app;
GRANT SELECT ON schema_migrations TO daybook_app;
