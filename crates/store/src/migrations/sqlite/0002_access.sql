-- People: users, their sessions, how they prove who they are. postgres/0002_access.sql has the same tables; a test compares them.

-- Nothing has written to these two yet.
DROP TABLE sessions;
DROP TABLE users;

-- State: a fold of the log. Only `apply` writes here.

-- Who owns the portal: one row. The last owner who may sign in cannot be taken away.
CREATE TABLE portal_owners (
    one INTEGER NOT NULL PRIMARY KEY CONSTRAINT portal_owners_one CHECK (one = 1),
    active INTEGER NOT NULL CONSTRAINT portal_owners_active CHECK (active >= 0),
    set_up_at INTEGER,
    CONSTRAINT portal_owners_kept CHECK (set_up_at IS NULL OR active >= 1)
) STRICT, WITHOUT ROWID;
INSERT INTO portal_owners (one, active) VALUES (1, 0);

-- People of the platform have the nil id in the place of a tenant's.
CREATE TABLE users (
    tenant_id BLOB NOT NULL,
    id BLOB NOT NULL,
    email TEXT,
    email_key TEXT,
    name TEXT,
    role TEXT NOT NULL CONSTRAINT users_role CHECK (role IN ('owner', 'admin', 'auditor', 'tenant_admin', 'tenant_member')),
    status TEXT NOT NULL CONSTRAINT users_status CHECK (status IN ('invited', 'active', 'disabled', 'removed')),
    version INTEGER NOT NULL DEFAULT 1 CONSTRAINT users_version CHECK (version >= 1),
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    joined_at INTEGER,
    last_login_at INTEGER,
    erased_at INTEGER,
    PRIMARY KEY (tenant_id, id),
    CONSTRAINT users_side CHECK ((role IN ('owner', 'admin', 'auditor')) = (tenant_id = zeroblob(16))),
    CONSTRAINT users_joined CHECK (status <> 'active' OR joined_at IS NOT NULL),
    CONSTRAINT users_erased CHECK (erased_at IS NULL OR (status = 'removed' AND email IS NULL AND email_key IS NULL AND name IS NULL))
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX users_email ON users (tenant_id, email_key) WHERE email_key IS NOT NULL AND status <> 'removed';
CREATE INDEX users_by_status ON users (tenant_id, status, id);
-- Operators list users of all tenants, and name one by its id alone.
CREATE INDEX users_by_id ON users (id);
CREATE INDEX users_all_by_status ON users (status, id);

CREATE TABLE user_factors (
    tenant_id BLOB NOT NULL,
    user_id BLOB NOT NULL,
    id BLOB NOT NULL,
    kind TEXT NOT NULL CONSTRAINT user_factors_kind CHECK (kind IN ('totp', 'passkey', 'oidc')),
    label TEXT,
    created_at INTEGER NOT NULL,
    removed_at INTEGER,
    PRIMARY KEY (tenant_id, user_id, id),
    FOREIGN KEY (tenant_id, user_id) REFERENCES users (tenant_id, id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX user_factors_totp ON user_factors (tenant_id, user_id) WHERE kind = 'totp' AND removed_at IS NULL;

CREATE TABLE sessions (
    tenant_id BLOB NOT NULL,
    id BLOB NOT NULL,
    user_id BLOB NOT NULL,
    status TEXT NOT NULL CONSTRAINT sessions_status CHECK (status IN ('active', 'ended', 'expired')),
    ip TEXT,
    user_agent TEXT,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    ended_at INTEGER,
    PRIMARY KEY (tenant_id, id),
    FOREIGN KEY (tenant_id, user_id) REFERENCES users (tenant_id, id),
    CONSTRAINT sessions_ended CHECK ((status = 'active') = (ended_at IS NULL))
) STRICT, WITHOUT ROWID;
CREATE INDEX sessions_by_status ON sessions (tenant_id, status, id);
CREATE INDEX sessions_by_user ON sessions (tenant_id, user_id, status, id);
-- Operators list sessions of all tenants, and name one by its id alone.
CREATE INDEX sessions_by_id ON sessions (id);
CREATE INDEX sessions_all_by_status ON sessions (status, id);
-- What the sweeper looks for.
CREATE INDEX sessions_expiring ON sessions (expires_at) WHERE status = 'active';

-- Secrets, beside the state and never in an event.

CREATE TABLE user_passwords (
    tenant_id BLOB NOT NULL,
    user_id BLOB NOT NULL,
    phc TEXT NOT NULL,
    PRIMARY KEY (tenant_id, user_id),
    FOREIGN KEY (tenant_id, user_id) REFERENCES users (tenant_id, id)
) STRICT, WITHOUT ROWID;

-- Single-use links: to join, to choose a new password. One per user.
CREATE TABLE user_links (
    tenant_id BLOB NOT NULL,
    user_id BLOB NOT NULL,
    id BLOB NOT NULL,
    purpose TEXT NOT NULL CONSTRAINT user_links_purpose CHECK (purpose IN ('invitation', 'reset')),
    hash BLOB NOT NULL CONSTRAINT user_links_hash CHECK (length(hash) = 32),
    expires_at INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, user_id),
    FOREIGN KEY (tenant_id, user_id) REFERENCES users (tenant_id, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX user_links_by_id ON user_links (id);

CREATE TABLE user_factor_secrets (
    tenant_id BLOB NOT NULL,
    user_id BLOB NOT NULL,
    factor_id BLOB NOT NULL,
    lookup BLOB,
    sealed BLOB NOT NULL,
    last_step INTEGER,
    PRIMARY KEY (tenant_id, user_id, factor_id),
    FOREIGN KEY (tenant_id, user_id, factor_id) REFERENCES user_factors (tenant_id, user_id, id)
) STRICT, WITHOUT ROWID;
-- A passkey is found by its credential id, a foreign account by a digest of its name.
CREATE UNIQUE INDEX user_factor_secrets_lookup ON user_factor_secrets (tenant_id, lookup) WHERE lookup IS NOT NULL;

CREATE TABLE user_recovery_codes (
    tenant_id BLOB NOT NULL,
    user_id BLOB NOT NULL,
    digest BLOB NOT NULL CONSTRAINT user_recovery_codes_digest CHECK (length(digest) = 32),
    PRIMARY KEY (tenant_id, user_id, digest),
    FOREIGN KEY (tenant_id, user_id) REFERENCES users (tenant_id, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE session_secrets (
    tenant_id BLOB NOT NULL,
    session_id BLOB NOT NULL,
    hash BLOB NOT NULL CONSTRAINT session_secrets_hash CHECK (length(hash) = 32),
    PRIMARY KEY (tenant_id, session_id),
    FOREIGN KEY (tenant_id, session_id) REFERENCES sessions (tenant_id, id)
) STRICT, WITHOUT ROWID;

-- Telemetry: outside the log. When something was last asked with a session that has not ended, to the minute.

CREATE TABLE session_telemetry (
    tenant_id BLOB NOT NULL,
    session_id BLOB NOT NULL,
    last_seen_at INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, session_id),
    FOREIGN KEY (tenant_id, session_id) REFERENCES sessions (tenant_id, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX session_telemetry_by_age ON session_telemetry (last_seen_at);

-- What somebody has begun and must finish soon, in another request and perhaps at another node: sealed, taken once.

CREATE TABLE ceremonies (
    id BLOB NOT NULL PRIMARY KEY,
    hash BLOB NOT NULL CONSTRAINT ceremonies_hash CHECK (length(hash) = 32),
    kind TEXT NOT NULL,
    sealed BLOB NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX ceremonies_by_end ON ceremonies (expires_at);
