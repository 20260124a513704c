-- Configuration of language models: versions, and the keys of providers. postgres/0009_llm.sql has the same tables; a test compares them.

-- State: a fold of the log. Only `apply` writes here. What is configured for the platform has the nil id in the place of a tenant's
-- and a project's; its row is always there, so that it can be locked.

CREATE TABLE config_versions (
    tenant_id BLOB NOT NULL,
    project_id BLOB NOT NULL,
    version INTEGER NOT NULL CONSTRAINT config_versions_version CHECK (version >= 0),
    updated_at INTEGER,
    PRIMARY KEY (tenant_id, project_id),
    CONSTRAINT config_versions_changed CHECK ((version = 0) = (updated_at IS NULL))
) STRICT, WITHOUT ROWID;
INSERT INTO config_versions (tenant_id, project_id, version) VALUES (zeroblob(16), zeroblob(16), 0);

-- Whether a provider is in use.
CREATE INDEX config_settings_by_provider ON config_settings (value, project_id) WHERE name = 'provider';

-- Secrets, beside the state and never in an event: sealed.

CREATE TABLE provider_keys (
    name TEXT NOT NULL PRIMARY KEY,
    sealed BLOB NOT NULL
) STRICT, WITHOUT ROWID;

-- The history of one configuration.
CREATE INDEX platform_events_of_config ON platform_events (project_id, seq) WHERE type = 'CONFIG_UPDATED';
