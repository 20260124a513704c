-- Configuration of language models: versions, and the keys of providers. sqlite/0009_llm.sql has the same tables; a test compares them.

-- State: a fold of the log. Only `apply` writes here. What is configured for the platform has the nil id in the place of a tenant's
-- and a project's; its row is always there, so that it can be locked.

CREATE TABLE config_versions (
    tenant_id uuid NOT NULL,
    project_id uuid NOT NULL,
    version bigint NOT NULL CONSTRAINT config_versions_version CHECK (version >= 0),
    updated_at timestamptz,
    PRIMARY KEY (tenant_id, project_id),
    CONSTRAINT config_versions_changed CHECK ((version = 0) = (updated_at IS NULL))
);
INSERT INTO config_versions (tenant_id, project_id, version) VALUES ('00000000-0000-0000-0000-000000000000', '00000000-0000-0000-0000-000000000000', 0);

-- Whether a provider is in use.
CREATE INDEX config_settings_by_provider ON config_settings (value, project_id) WHERE name = 'provider';

-- Secrets, beside the state and never in an event: sealed.

CREATE TABLE provider_keys (
    name text COLLATE "C" NOT NULL PRIMARY KEY,
    sealed bytea NOT NULL
);

-- The history of one configuration.
CREATE INDEX platform_events_of_config ON platform_events (project_id, seq) WHERE type = 'CONFIG_UPDATED';

ALTER TABLE config_versions OWNER TO daybook_owner;
ALTER TABLE provider_keys OWNER TO daybook_owner;
REVOKE ALL ON config_versions, provider_keys FROM PUBLIC;
GRANT SELECT, INSERT, UPDATE, DELETE ON config_versions, provider_keys TO daybook_app;
-- What is unset has no row.
GRANT DELETE ON config_settings TO daybook_app;
