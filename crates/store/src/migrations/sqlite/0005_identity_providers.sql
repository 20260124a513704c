-- Identity providers: where people sign in instead of with a password. postgres/0005_identity_providers.sql has the same tables; a
-- test compares them.

-- State: a fold of the log. Only `apply` writes here. The platform's provider has the nil id in the place of a tenant's.

CREATE TABLE identity_providers (
    tenant_id BLOB NOT NULL PRIMARY KEY,
    issuer TEXT NOT NULL,
    client_id TEXT NOT NULL,
    status TEXT NOT NULL CONSTRAINT identity_providers_status CHECK (status IN ('enabled', 'disabled')),
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Secrets, beside the state and never in an event: sealed.

CREATE TABLE identity_provider_secrets (
    tenant_id BLOB NOT NULL PRIMARY KEY,
    sealed BLOB NOT NULL,
    FOREIGN KEY (tenant_id) REFERENCES identity_providers (tenant_id)
) STRICT, WITHOUT ROWID;
