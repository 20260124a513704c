-- Plans, subscriptions and quotas. postgres/0007_plans.sql has the same tables; a test compares them.

-- State: a fold of the log. Only `apply` writes here.

CREATE TABLE plans (
    name TEXT NOT NULL PRIMARY KEY,
    title TEXT NOT NULL,
    device_limit INTEGER CONSTRAINT plans_device_limit CHECK (device_limit >= 0),
    project_limit INTEGER CONSTRAINT plans_project_limit CHECK (project_limit >= 0),
    activation_quota INTEGER CONSTRAINT plans_activation_quota CHECK (activation_quota >= 0),
    usage_quotas TEXT NOT NULL,
    version INTEGER NOT NULL DEFAULT 1 CONSTRAINT plans_version CHECK (version >= 1),
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
-- The plan of tenants for which none is named, as it was before plans could be edited.
INSERT INTO plans (name, title, device_limit, usage_quotas, created_at, updated_at) VALUES ('standard', 'Standard', 100, '{}', 0, 0);

-- A tenant's own device limit, if it is not for its plan to say. What the plan says is copied here by its events, so that whoever locks
-- the tenant knows it. How many projects it has, and how many devices it enrolled in the last month that it enrolled any.
ALTER TABLE tenants ADD COLUMN own_device_limit INTEGER CONSTRAINT tenants_own_device_limit CHECK (own_device_limit >= 0);
UPDATE tenants SET own_device_limit = device_limit;
ALTER TABLE tenants DROP COLUMN device_limit;
ALTER TABLE tenants ADD COLUMN plan_device_limit INTEGER;
ALTER TABLE tenants ADD COLUMN plan_project_limit INTEGER;
ALTER TABLE tenants ADD COLUMN plan_activation_quota INTEGER;
ALTER TABLE tenants ADD COLUMN live_projects INTEGER NOT NULL DEFAULT 0 CONSTRAINT tenants_live_projects CHECK (live_projects >= 0);
ALTER TABLE tenants ADD COLUMN enrolled_month INTEGER NOT NULL DEFAULT 0;
ALTER TABLE tenants ADD COLUMN enrolled_in_month INTEGER NOT NULL DEFAULT 0 CONSTRAINT tenants_enrolled CHECK (enrolled_in_month >= 0);
ALTER TABLE tenants ADD COLUMN subscription TEXT NOT NULL DEFAULT 'active'
    CONSTRAINT tenants_subscription CHECK (subscription IN ('trialing', 'active', 'past_due', 'suspended', 'canceled'));
ALTER TABLE tenants ADD COLUMN trial_ends_at INTEGER
    CONSTRAINT tenants_trial CHECK ((subscription = 'trialing') = (trial_ends_at IS NOT NULL));
CREATE INDEX tenants_by_plan ON tenants (plan, id) WHERE status <> 'deleted';
-- What the sweeper looks for.
CREATE INDEX tenants_trials ON tenants (trial_ends_at, id) WHERE trial_ends_at IS NOT NULL;

-- How many devices a tenant enrolled in each UTC month (counted from 1970-01), by project.
CREATE TABLE activation_months (
    tenant_id BLOB NOT NULL REFERENCES tenants (id),
    month INTEGER NOT NULL,
    project_id BLOB NOT NULL,
    activations INTEGER NOT NULL CONSTRAINT activation_months_activations CHECK (activations > 0),
    PRIMARY KEY (tenant_id, month, project_id)
) STRICT, WITHOUT ROWID;
INSERT INTO activation_months (tenant_id, month, project_id, activations)
    SELECT tenant_id,
        (strftime('%Y', created_at / 1000000, 'unixepoch') - 1970) * 12 + strftime('%m', created_at / 1000000, 'unixepoch') - 1,
        COALESCE(project_id, zeroblob(16)), count(*)
    FROM devices GROUP BY 1, 2, 3;
UPDATE tenants SET
    plan_device_limit = (SELECT p.device_limit FROM plans p WHERE p.name = tenants.plan),
    live_projects = (SELECT count(*) FROM projects p WHERE p.tenant_id = tenants.id AND p.status <> 'deleted'),
    enrolled_month = COALESCE((SELECT max(m.month) FROM activation_months m WHERE m.tenant_id = tenants.id), 0),
    enrolled_in_month = COALESCE((SELECT sum(m.activations) FROM activation_months m WHERE m.tenant_id = tenants.id
        AND m.month = (SELECT max(l.month) FROM activation_months l WHERE l.tenant_id = tenants.id)), 0);

-- Which parts of a monthly quota an event has said to be used.
CREATE TABLE quota_notices (
    tenant_id BLOB NOT NULL REFERENCES tenants (id),
    month INTEGER NOT NULL,
    kind TEXT NOT NULL,
    percent INTEGER NOT NULL CONSTRAINT quota_notices_percent CHECK (percent IN (80, 100)),
    PRIMARY KEY (tenant_id, month, kind, percent)
) STRICT, WITHOUT ROWID;

-- Telemetry: what devices report of their use, outside the log.

CREATE TABLE usage_reports (
    tenant_id BLOB NOT NULL,
    device_id BLOB NOT NULL,
    -- SHA-256 of the device's own name for the report.
    id BLOB NOT NULL CONSTRAINT usage_reports_id CHECK (length(id) = 32),
    received_at INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, device_id, id),
    FOREIGN KEY (tenant_id, device_id) REFERENCES devices (tenant_id, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX usage_reports_by_age ON usage_reports (received_at);

CREATE TABLE usage_months (
    tenant_id BLOB NOT NULL REFERENCES tenants (id),
    month INTEGER NOT NULL,
    kind TEXT NOT NULL,
    project_id BLOB NOT NULL,
    quantity INTEGER NOT NULL CONSTRAINT usage_months_quantity CHECK (quantity > 0),
    PRIMARY KEY (tenant_id, month, kind, project_id)
) STRICT, WITHOUT ROWID;
