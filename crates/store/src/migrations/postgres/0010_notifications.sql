-- Notifications by mail, and who chose to be told of what. sqlite/0010_notifications.sql has the same tables; a test compares them.

-- State: a fold of the log. Only `apply` writes here. Whoever chose nothing has no row.

CREATE TABLE notification_choices (
    tenant_id uuid NOT NULL,
    user_id uuid NOT NULL,
    kind text COLLATE "C" NOT NULL CONSTRAINT notification_choices_kind CHECK (kind IN ('codes_generated', 'limit_near', 'tenant_suspended', 'tenant_resumed', 'new_sign_in')),
    status text COLLATE "C" NOT NULL CONSTRAINT notification_choices_status CHECK (status IN ('on', 'off')),
    updated_at timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, user_id, kind),
    FOREIGN KEY (tenant_id, user_id) REFERENCES users (tenant_id, id)
);

-- Beside the state: what is on its way to people, written with the events it tells of. `sealed` is what the letter needs, and gone once
-- it was sent. The tenant is that of who is told; people of the platform have the nil id. No user: the tenant's contact address.

CREATE TABLE notifications (
    id uuid NOT NULL PRIMARY KEY,
    tenant_id uuid NOT NULL,
    user_id uuid,
    kind text COLLATE "C" NOT NULL CONSTRAINT notifications_kind CHECK (kind IN ('invitation', 'password_reset', 'codes_generated', 'limit_near', 'tenant_suspended', 'tenant_resumed', 'new_sign_in')),
    event_id uuid NOT NULL,
    sealed bytea,
    status text COLLATE "C" NOT NULL CONSTRAINT notifications_status CHECK (status IN ('waiting', 'sent', 'failed')),
    attempts bigint NOT NULL CONSTRAINT notifications_attempts CHECK (attempts >= 0),
    next_attempt_at timestamptz,
    give_up_at timestamptz NOT NULL,
    last_error text COLLATE "C",
    created_at timestamptz NOT NULL,
    sent_at timestamptz,
    FOREIGN KEY (tenant_id, user_id) REFERENCES users (tenant_id, id),
    CONSTRAINT notifications_somebody CHECK (user_id IS NOT NULL OR tenant_id <> '00000000-0000-0000-0000-000000000000'),
    CONSTRAINT notifications_sealed CHECK ((status = 'sent') = (sealed IS NULL)),
    CONSTRAINT notifications_sent CHECK ((status = 'sent') = (sent_at IS NOT NULL)),
    CONSTRAINT notifications_waiting CHECK ((status = 'waiting') = (next_attempt_at IS NOT NULL))
);
CREATE INDEX notifications_due ON notifications (next_attempt_at) WHERE status = 'waiting';
CREATE INDEX notifications_by_user ON notifications (tenant_id, user_id, id);
CREATE INDEX notifications_by_tenant ON notifications (tenant_id, id);
CREATE INDEX notifications_by_status ON notifications (status, id);
CREATE INDEX notifications_by_kind ON notifications (kind, id);

ALTER TABLE notification_choices OWNER TO daybook_owner;
ALTER TABLE notifications OWNER TO daybook_owner;
REVOKE ALL ON notification_choices, notifications FROM PUBLIC;
GRANT SELECT, INSERT, UPDATE, DELETE ON notification_choices, notifications TO daybook_app;
