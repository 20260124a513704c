-- API tokens of tenants and users, limited to scopes; and when each was last used.
-- A CHECK cannot be altered here, so the table is made anew. Its secrets refer to it and wait aside meanwhile.

CREATE TABLE secrets_aside (id BLOB NOT NULL PRIMARY KEY, hash BLOB NOT NULL) STRICT, WITHOUT ROWID;
INSERT INTO secrets_aside (id, hash) SELECT id, hash FROM api_token_secrets;
DELETE FROM api_token_secrets;

CREATE TABLE api_tokens_anew (
    id BLOB NOT NULL PRIMARY KEY,
    -- Nil for tokens of the platform.
    tenant_id BLOB NOT NULL,
    user_id BLOB,
    name TEXT,
    role TEXT NOT NULL CONSTRAINT api_tokens_role CHECK (role IN ('owner', 'admin', 'auditor', 'tenant_admin', 'tenant_member')),
    -- Separated by spaces; null for all that the role may do.
    scopes TEXT CONSTRAINT api_tokens_scopes CHECK (scopes <> ''),
    created_at INTEGER NOT NULL,
    expires_at INTEGER,
    revoked_at INTEGER,
    CONSTRAINT api_tokens_side CHECK ((tenant_id = zeroblob(16)) = (role IN ('owner', 'admin', 'auditor')))
) STRICT, WITHOUT ROWID;
INSERT INTO api_tokens_anew (id, tenant_id, name, role, created_at, expires_at, revoked_at)
    SELECT id, zeroblob(16), name, role, created_at, expires_at, revoked_at FROM api_tokens;
DROP TABLE api_tokens;
ALTER TABLE api_tokens_anew RENAME TO api_tokens;
CREATE INDEX api_tokens_by_tenant ON api_tokens (tenant_id, id);
CREATE INDEX api_tokens_by_user ON api_tokens (user_id) WHERE user_id IS NOT NULL;

INSERT INTO api_token_secrets (id, hash) SELECT id, hash FROM secrets_aside;
DROP TABLE secrets_aside;

-- Telemetry: outside the log, written in batches.
CREATE TABLE api_token_telemetry (
    token_id BLOB NOT NULL PRIMARY KEY REFERENCES api_tokens (id),
    last_used_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
