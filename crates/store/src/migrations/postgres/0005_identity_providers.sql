-- Identity providers: where people sign in instead of with a password. sqlite/0005_identity_providers.sql has the same tables; a test
-- compares them.

-- State: a fold of the log. Only `apply` writes here. The platform's provider has the nil id in the place of a tenant's.

CREATE TABLE identity_providers (
    tenant_id uuid NOT NULL PRIMARY KEY,
    issuer text COLLATE "C" NOT NULL,
    client_id text COLLATE "C" NOT NULL,
    status text COLLATE "C" NOT NULL CONSTRAINT identity_providers_status CHECK (status IN ('enabled', 'disabled')),
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL
);

-- Secrets, beside the state and never in an event: sealed.

CREATE TABLE identity_provider_secrets (
    tenant_id uuid NOT NULL PRIMARY KEY,
    sealed bytea NOT NULL,
    FOREIGN KEY (tenant_id) REFERENCES identity_providers (tenant_id)
);

ALTER TABLE identity_providers OWNER TO daybook_owner;
ALTER TABLE identity_provider_secrets OWNER TO daybook_owner;
REVOKE ALL ON identity_providers, identity_provider_secrets FROM PUBLIC;
GRANT SELECT, INSERT, UPDATE, DELETE ON identity_providers, identity_provider_secrets TO daybook_app;
