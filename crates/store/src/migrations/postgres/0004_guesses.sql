-- Guesses: telemetry of refusals, outside the log, shared by all nodes. sqlite/0004_guesses.sql has the same table.

CREATE TABLE guesses (
    -- HMAC-SHA-256 of an account, an address or a tenant, under a key that is not here.
    party bytea NOT NULL CONSTRAINT guesses_party CHECK (octet_length(party) = 32),
    kind text COLLATE "C" NOT NULL CONSTRAINT guesses_kind CHECK (kind IN ('sign_in', 'second_factor', 'link', 'activation', 'device_token', 'refused_code')),
    counted_by text COLLATE "C" NOT NULL CONSTRAINT guesses_counted_by CHECK (counted_by IN ('account', 'source', 'tenant')),
    tenant_id uuid,
    failures bigint NOT NULL CONSTRAINT guesses_failures CHECK (failures >= 0),
    -- What no event has reported yet, and since when.
    unreported bigint NOT NULL CONSTRAINT guesses_unreported CHECK (unreported >= 0),
    unreported_since timestamptz,
    first_at timestamptz NOT NULL,
    last_at timestamptz NOT NULL,
    -- The last failure itself while failures cost nothing.
    blocked_until timestamptz NOT NULL,
    burst_reported bigint NOT NULL CONSTRAINT guesses_burst_reported CHECK (burst_reported IN (0, 1)),
    PRIMARY KEY (party, kind),
    CONSTRAINT guesses_tenant CHECK ((counted_by = 'tenant') = (tenant_id IS NOT NULL)),
    CONSTRAINT guesses_unreported_since CHECK ((unreported > 0) = (unreported_since IS NOT NULL))
);
-- What the sweeper looks for.
CREATE INDEX guesses_unreported ON guesses (unreported_since) WHERE unreported_since IS NOT NULL;
CREATE INDEX guesses_by_end ON guesses (blocked_until);

-- Whose a code that nobody has would be.
CREATE INDEX tenants_by_code_prefix ON tenants (code_prefix, id) WHERE status <> 'deleted';

REVOKE ALL ON guesses FROM PUBLIC;
ALTER TABLE guesses OWNER TO daybook_owner;
GRANT SELECT, INSERT, UPDATE, DELETE ON guesses TO daybook_app;
