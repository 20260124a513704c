-- API tokens of tenants and users, limited to scopes; and when each was last used.

-- Nil for tokens of the platform.
ALTER TABLE api_tokens ADD COLUMN tenant_id uuid NOT NULL DEFAULT '00000000-0000-0000-0000-000000000000';
ALTER TABLE api_tokens ALTER COLUMN tenant_id DROP DEFAULT;
ALTER TABLE api_tokens ADD COLUMN user_id uuid;
-- Separated by spaces; null for all that the role may do.
ALTER TABLE api_tokens ADD COLUMN scopes text COLLATE "C" CONSTRAINT api_tokens_scopes CHECK (scopes <> '');
ALTER TABLE api_tokens DROP CONSTRAINT api_tokens_role;
ALTER TABLE api_tokens
    ADD CONSTRAINT api_tokens_role CHECK (role IN ('owner', 'admin', 'auditor', 'tenant_admin', 'tenant_member')),
    ADD CONSTRAINT api_tokens_side CHECK ((tenant_id = '00000000-0000-0000-0000-000000000000') = (role IN ('owner', 'admin', 'auditor')));
CREATE INDEX api_tokens_by_tenant ON api_tokens (tenant_id, id);
CREATE INDEX api_tokens_by_user ON api_tokens (user_id) WHERE user_id IS NOT NULL;

-- Telemetry: outside the log, written in batches.
CREATE TABLE api_token_telemetry (
    token_id uuid NOT NULL PRIMARY KEY REFERENCES api_tokens (id),
    last_used_at timestamptz NOT NULL
);
REVOKE ALL ON api_token_telemetry FROM PUBLIC;
ALTER TABLE api_token_telemetry OWNER TO daybook_owner;
GRANT SELECT, INSERT, UPDATE ON api_token_telemetry TO daybook_app;
