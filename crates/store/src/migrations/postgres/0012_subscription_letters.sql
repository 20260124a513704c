-- People can be told of subscriptions. sqlite/0012_subscription_letters.sql leads to the same tables; a test compares them.

ALTER TABLE notification_choices DROP CONSTRAINT notification_choices_kind;
ALTER TABLE notification_choices ADD CONSTRAINT notification_choices_kind CHECK (kind IN ('codes_generated', 'limit_near', 'tenant_suspended', 'tenant_resumed', 'subscription_changed', 'new_sign_in'));
ALTER TABLE notifications DROP CONSTRAINT notifications_kind;
ALTER TABLE notifications ADD CONSTRAINT notifications_kind CHECK (kind IN ('invitation', 'password_reset', 'codes_generated', 'limit_near', 'tenant_suspended', 'tenant_resumed', 'subscription_changed', 'new_sign_in'));

-- Of those that are due at once, the oldest first.
DROP INDEX notifications_due;
CREATE INDEX notifications_due ON notifications (next_attempt_at, id) WHERE status = 'waiting';

-- Lists are of a tenant or of all, in one state or in any.
DROP INDEX notifications_by_kind;
CREATE INDEX notifications_of_tenant_by_status ON notifications (tenant_id, status, id);
