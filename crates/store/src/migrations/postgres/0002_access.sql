-- People: users, their sessions, how they prove who they are. sqlite/0002_access.sql has the same tables; a test compares them.

-- Nothing has written to these two yet.
DROP TABLE sessions;
DROP TABLE users;

-- State: a fold of the log. Only `apply` writes here.

-- Who owns the portal: one row. The last owner who may sign in cannot be taken away.
CREATE TABLE portal_owners (
    one bigint NOT NULL PRIMARY KEY CONSTRAINT portal_owners_one CHECK (one = 1),
    active bigint NOT NULL CONSTRAINT portal_owners_active CHECK (active >= 0),
    set_up_at timestamptz,
    CONSTRAINT portal_owners_kept CHECK (set_up_at IS NULL OR active >= 1)
);
INSERT INTO portal_owners (one, active) VALUES (1, 0);

-- People of the platform have the nil id in the place of a tenant's.
CREATE TABLE users (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    email text COLLATE "C",
    email_key text COLLATE "C",
    name text COLLATE "C",
    role text COLLATE "C" NOT NULL CONSTRAINT users_role CHECK (role IN ('owner', 'admin', 'auditor', 'tenant_admin', 'tenant_member')),
    status text COLLATE "C" NOT NULL CONSTRAINT users_status CHECK (status IN ('invited', 'active', 'disabled', 'removed')),
    version bigint NOT NULL DEFAULT 1 CONSTRAINT users_version CHECK (version >= 1),
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    joined_at timestamptz,
    last_login_at timestamptz,
    erased_at timestamptz,
    PRIMARY KEY (tenant_id, id),
    CONSTRAINT users_side CHECK ((role IN ('owner', 'admin', 'auditor')) = (tenant_id = '00000000-0000-0000-0000-000000000000')),
    CONSTRAINT users_joined CHECK (status <> 'active' OR joined_at IS NOT NULL),
    CONSTRAINT users_erased CHECK (erased_at IS NULL OR (status = 'removed' AND email IS NULL AND email_key IS NULL AND name IS NULL))
);
CREATE UNIQUE INDEX users_email ON users (tenant_id, email_key) WHERE email_key IS NOT NULL AND status <> 'removed';
CREATE INDEX users_by_status ON users (tenant_id, status, id);
-- Operators list users of all tenants, and name one by its id alone.
CREATE INDEX users_by_id ON users (id);
CREATE INDEX users_all_by_status ON users (status, id);

CREATE TABLE user_factors (
    tenant_id uuid NOT NULL,
    user_id uuid NOT NULL,
    id uuid NOT NULL,
    kind text COLLATE "C" NOT NULL CONSTRAINT user_factors_kind CHECK (kind IN ('totp', 'passkey', 'oidc')),
    label text COLLATE "C",
    created_at timestamptz NOT NULL,
    removed_at timestamptz,
    PRIMARY KEY (tenant_id, user_id, id),
    FOREIGN KEY (tenant_id, user_id) REFERENCES users (tenant_id, id)
);
CREATE UNIQUE INDEX user_factors_totp ON user_factors (tenant_id, user_id) WHERE kind = 'totp' AND removed_at IS NULL;

CREATE TABLE sessions (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    user_id uuid NOT NULL,
    status text COLLATE "C" NOT NULL CONSTRAINT sessions_status CHECK (status IN ('active', 'ended', 'expired')),
    ip text COLLATE "C",
    user_agent text COLLATE "C",
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    ended_at timestamptz,
    PRIMARY KEY (tenant_id, id),
    FOREIGN KEY (tenant_id, user_id) REFERENCES users (tenant_id, id),
    CONSTRAINT sessions_ended CHECK ((status = 'active') = (ended_at IS NULL))
);
CREATE INDEX sessions_by_status ON sessions (tenant_id, status, id);
CREATE INDEX sessions_by_user ON sessions (tenant_id, user_id, status, id);
-- Operators list sessions of all tenants, and name one by its id alone.
CREATE INDEX sessions_by_id ON sessions (id);
CREATE INDEX sessions_all_by_status ON sessions (status, id);
-- What the sweeper looks for.
CREATE INDEX sessions_expiring ON sessions (expires_at) WHERE status = 'active';

-- Secrets, beside the state and never in an event.

CREATE TABLE user_passwords (
    tenant_id uuid NOT NULL,
    user_id uuid NOT NULL,
    phc text COLLATE "C" NOT NULL,
    PRIMARY KEY (tenant_id, user_id),
    FOREIGN KEY (tenant_id, user_id) REFERENCES users (tenant_id, id)
);

-- Single-use links: to join, to choose a new password. One per user.
CREATE TABLE user_links (
    tenant_id uuid NOT NULL,
    user_id uuid NOT NULL,
    id uuid NOT NULL,
    purpose text COLLATE "C" NOT NULL CONSTRAINT user_links_purpose CHECK (purpose IN ('invitation', 'reset')),
    hash bytea NOT NULL CONSTRAINT user_links_hash CHECK (octet_length(hash) = 32),
    expires_at timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, user_id),
    FOREIGN KEY (tenant_id, user_id) REFERENCES users (tenant_id, id)
);
CREATE INDEX user_links_by_id ON user_links (id);

CREATE TABLE user_factor_secrets (
    tenant_id uuid NOT NULL,
    user_id uuid NOT NULL,
    factor_id uuid NOT NULL,
    lookup bytea,
    sealed bytea NOT NULL,
    last_step bigint,
    PRIMARY KEY (tenant_id, user_id, factor_id),
    FOREIGN KEY (tenant_id, user_id, factor_id) REFERENCES user_factors (tenant_id, user_id, id)
);
-- A passkey is found by its credential id, a foreign account by a digest of its name.
CREATE UNIQUE INDEX user_factor_secrets_lookup ON user_factor_secrets (tenant_id, lookup) WHERE lookup IS NOT NULL;

CREATE TABLE user_recovery_codes (
    tenant_id uuid NOT NULL,
    user_id uuid NOT NULL,
    digest bytea NOT NULL CONSTRAINT user_recovery_codes_digest CHECK (octet_length(digest) = 32),
    PRIMARY KEY (tenant_id, user_id, digest),
    FOREIGN KEY (tenant_id, user_id) REFERENCES users (tenant_id, id)
);

CREATE TABLE session_secrets (
    tenant_id uuid NOT NULL,
    session_id uuid NOT NULL,
    hash bytea NOT NULL CONSTRAINT session_secrets_hash CHECK (octet_length(hash) = 32),
    PRIMARY KEY (tenant_id, session_id),
    FOREIGN KEY (tenant_id, session_id) REFERENCES sessions (tenant_id, id)
);

-- Telemetry: outside the log. When something was last asked with a session that has not ended, to the minute.

CREATE TABLE session_telemetry (
    tenant_id uuid NOT NULL,
    session_id uuid NOT NULL,
    last_seen_at timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, session_id),
    FOREIGN KEY (tenant_id, session_id) REFERENCES sessions (tenant_id, id)
);
CREATE INDEX session_telemetry_by_age ON session_telemetry (last_seen_at);

-- What somebody has begun and must finish soon, in another request and perhaps at another node: sealed, taken once.

CREATE TABLE ceremonies (
    id uuid NOT NULL PRIMARY KEY,
    hash bytea NOT NULL CONSTRAINT ceremonies_hash CHECK (octet_length(hash) = 32),
    kind text COLLATE "C" NOT NULL,
    sealed bytea NOT NULL,
    expires_at timestamptz NOT NULL
);
CREATE INDEX ceremonies_by_end ON ceremonies (expires_at);

DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['portal_owners', 'users', 'user_factors', 'sessions', 'user_passwords', 'user_links',
        'user_factor_secrets', 'user_recovery_codes', 'session_secrets', 'session_telemetry', 'ceremonies']
    LOOP
        EXECUTE format('REVOKE ALL ON %I FROM PUBLIC', name);
        EXECUTE format('ALTER TABLE %I OWNER TO daybook_owner', name);
    END LOOP;
END $$;

GRANT SELECT, INSERT, UPDATE ON portal_owners, users, user_factors, sessions TO daybook_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON
    user_passwords, user_links, user_factor_secrets, user_recovery_codes, session_secrets, session_telemetry, ceremonies
    TO daybook_app;
