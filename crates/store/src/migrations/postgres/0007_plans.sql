-- Plans, subscriptions and quotas. sqlite/0007_plans.sql has the same tables; a test compares them.

-- State: a fold of the log. Only `apply` writes here.

CREATE TABLE plans (
    name text COLLATE "C" NOT NULL PRIMARY KEY,
    title text COLLATE "C" NOT NULL,
    device_limit bigint CONSTRAINT plans_device_limit CHECK (device_limit >= 0),
    project_limit bigint CONSTRAINT plans_project_limit CHECK (project_limit >= 0),
    activation_quota bigint CONSTRAINT plans_activation_quota CHECK (activation_quota >= 0),
    usage_quotas text COLLATE "C" NOT NULL,
    version bigint NOT NULL DEFAULT 1 CONSTRAINT plans_version CHECK (version >= 1),
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL
);
-- The plan of tenants for which none is named, as it was before plans could be edited.
INSERT INTO plans (name, title, device_limit, usage_quotas, created_at, updated_at)
    VALUES ('standard', 'Standard', 100, '{}', to_timestamp(0), to_timestamp(0));

-- A tenant's own device limit, if it is not for its plan to say. What the plan says is copied here by its events, so that whoever locks
-- the tenant knows it. How many projects it has, and how many devices it enrolled in the last month that it enrolled any.
ALTER TABLE tenants ADD COLUMN own_device_limit bigint CONSTRAINT tenants_own_device_limit CHECK (own_device_limit >= 0);
UPDATE tenants SET own_device_limit = device_limit;
ALTER TABLE tenants DROP COLUMN device_limit;
ALTER TABLE tenants ADD COLUMN plan_device_limit bigint;
ALTER TABLE tenants ADD COLUMN plan_project_limit bigint;
ALTER TABLE tenants ADD COLUMN plan_activation_quota bigint;
ALTER TABLE tenants ADD COLUMN live_projects bigint NOT NULL DEFAULT 0 CONSTRAINT tenants_live_projects CHECK (live_projects >= 0);
ALTER TABLE tenants ADD COLUMN enrolled_month bigint NOT NULL DEFAULT 0;
ALTER TABLE tenants ADD COLUMN enrolled_in_month bigint NOT NULL DEFAULT 0 CONSTRAINT tenants_enrolled CHECK (enrolled_in_month >= 0);
ALTER TABLE tenants ADD COLUMN subscription text COLLATE "C" NOT NULL DEFAULT 'active'
    CONSTRAINT tenants_subscription CHECK (subscription IN ('trialing', 'active', 'past_due', 'suspended', 'canceled'));
ALTER TABLE tenants ADD COLUMN trial_ends_at timestamptz
    CONSTRAINT tenants_trial CHECK ((subscription = 'trialing') = (trial_ends_at IS NOT NULL));
CREATE INDEX tenants_by_plan ON tenants (plan, id) WHERE status <> 'deleted';
-- What the sweeper looks for.
CREATE INDEX tenants_trials ON tenants (trial_ends_at, id) WHERE trial_ends_at IS NOT NULL;

-- How many devices a tenant enrolled in each UTC month (counted from 1970-01), by project.
CREATE TABLE activation_months (
    tenant_id uuid NOT NULL REFERENCES tenants (id),
    month bigint NOT NULL,
    project_id uuid NOT NULL,
    activations bigint NOT NULL CONSTRAINT activation_months_activations CHECK (activations > 0),
    PRIMARY KEY (tenant_id, month, project_id)
);
INSERT INTO activation_months (tenant_id, month, project_id, activations)
    SELECT tenant_id,
        (extract(year FROM created_at AT TIME ZONE 'UTC')::bigint - 1970) * 12 + extract(month FROM created_at AT TIME ZONE 'UTC')::bigint - 1,
        COALESCE(project_id, '00000000-0000-0000-0000-000000000000'), count(*)
    FROM devices GROUP BY 1, 2, 3;
UPDATE tenants SET
    plan_device_limit = (SELECT p.device_limit FROM plans p WHERE p.name = tenants.plan),
    live_projects = (SELECT count(*) FROM projects p WHERE p.tenant_id = tenants.id AND p.status <> 'deleted'),
    enrolled_month = COALESCE((SELECT max(m.month) FROM activation_months m WHERE m.tenant_id = tenants.id), 0),
    enrolled_in_month = COALESCE((SELECT sum(m.activations) FROM activation_months m WHERE m.tenant_id = tenants.id
        AND m.month = (SELECT max(l.month) FROM activation_months l WHERE l.tenant_id = tenants.id)), 0);

-- Which parts of a monthly quota an event has said to be used.
CREATE TABLE quota_notices (
    tenant_id uuid NOT NULL REFERENCES tenants (id),
    month bigint NOT NULL,
    kind text COLLATE "C" NOT NULL,
    percent bigint NOT NULL CONSTRAINT quota_notices_percent CHECK (percent IN (80, 100)),
    PRIMARY KEY (tenant_id, month, kind, percent)
);

-- Telemetry: what devices report of their use, outside the log.

CREATE TABLE usage_reports (
    tenant_id uuid NOT NULL,
    device_id uuid NOT NULL,
    -- SHA-256 of the device's own name for the report.
    id bytea NOT NULL CONSTRAINT usage_reports_id CHECK (octet_length(id) = 32),
    received_at timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, device_id, id),
    FOREIGN KEY (tenant_id, device_id) REFERENCES devices (tenant_id, id)
);
CREATE INDEX usage_reports_by_age ON usage_reports (received_at);

CREATE TABLE usage_months (
    tenant_id uuid NOT NULL REFERENCES tenants (id),
    month bigint NOT NULL,
    kind text COLLATE "C" NOT NULL,
    project_id uuid NOT NULL,
    quantity bigint NOT NULL CONSTRAINT usage_months_quantity CHECK (quantity > 0),
    PRIMARY KEY (tenant_id, month, kind, project_id)
);

ALTER TABLE plans OWNER TO daybook_owner;
ALTER TABLE activation_months OWNER TO daybook_owner;
ALTER TABLE quota_notices OWNER TO daybook_owner;
ALTER TABLE usage_reports OWNER TO daybook_owner;
ALTER TABLE usage_months OWNER TO daybook_owner;
REVOKE ALL ON plans, activation_months, quota_notices, usage_reports, usage_months FROM PUBLIC;
GRANT SELECT, INSERT, UPDATE, DELETE ON plans, usage_reports TO daybook_app;
GRANT SELECT, INSERT, UPDATE ON activation_months, usage_months TO daybook_app;
GRANT SELECT, INSERT ON quota_notices TO daybook_app;
