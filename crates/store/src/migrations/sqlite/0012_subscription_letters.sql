-- People can be told of subscriptions. postgres/0012_subscription_letters.sql leads to the same tables; a test compares them. A constraint
-- cannot be changed here: the rows move to tables that have the new ones.

CREATE TABLE notification_choices_new (
    tenant_id BLOB NOT NULL,
    user_id BLOB NOT NULL,
    kind TEXT NOT NULL CONSTRAINT notification_choices_kind CHECK (kind IN ('codes_generated', 'limit_near', 'tenant_suspended', 'tenant_resumed', 'subscription_changed', 'new_sign_in')),
    status TEXT NOT NULL CONSTRAINT notification_choices_status CHECK (status IN ('on', 'off')),
    updated_at INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, user_id, kind),
    FOREIGN KEY (tenant_id, user_id) REFERENCES users (tenant_id, id)
) STRICT, WITHOUT ROWID;
INSERT INTO notification_choices_new SELECT * FROM notification_choices;
DROP TABLE notification_choices;
ALTER TABLE notification_choices_new RENAME TO notification_choices;

CREATE TABLE notifications_new (
    id BLOB NOT NULL PRIMARY KEY,
    tenant_id BLOB NOT NULL,
    user_id BLOB,
    kind TEXT NOT NULL CONSTRAINT notifications_kind CHECK (kind IN ('invitation', 'password_reset', 'codes_generated', 'limit_near', 'tenant_suspended', 'tenant_resumed', 'subscription_changed', 'new_sign_in')),
    event_id BLOB NOT NULL,
    sealed BLOB,
    status TEXT NOT NULL CONSTRAINT notifications_status CHECK (status IN ('waiting', 'sent', 'failed')),
    attempts INTEGER NOT NULL CONSTRAINT notifications_attempts CHECK (attempts >= 0),
    next_attempt_at INTEGER,
    give_up_at INTEGER NOT NULL,
    last_error TEXT,
    created_at INTEGER NOT NULL,
    sent_at INTEGER,
    FOREIGN KEY (tenant_id, user_id) REFERENCES users (tenant_id, id),
    CONSTRAINT notifications_somebody CHECK (user_id IS NOT NULL OR tenant_id <> zeroblob(16)),
    CONSTRAINT notifications_sealed CHECK ((status = 'sent') = (sealed IS NULL)),
    CONSTRAINT notifications_sent CHECK ((status = 'sent') = (sent_at IS NOT NULL)),
    CONSTRAINT notifications_waiting CHECK ((status = 'waiting') = (next_attempt_at IS NOT NULL))
) STRICT, WITHOUT ROWID;
INSERT INTO notifications_new SELECT * FROM notifications;
DROP TABLE notifications;
ALTER TABLE notifications_new RENAME TO notifications;
CREATE INDEX notifications_due ON notifications (next_attempt_at, id) WHERE status = 'waiting';
CREATE INDEX notifications_by_user ON notifications (tenant_id, user_id, id);
CREATE INDEX notifications_by_tenant ON notifications (tenant_id, id);
CREATE INDEX notifications_by_status ON notifications (status, id);
CREATE INDEX notifications_of_tenant_by_status ON notifications (tenant_id, status, id);
