-- Erasing a person's values. sqlite/0006_erasure.sql has the same index.

-- The sweeper looks for those who were erased a short while ago.
CREATE INDEX users_erased ON users (erased_at) WHERE erased_at IS NOT NULL;

-- A personal value can be erased, never replaced: the trigger goes on refusing UPDATE and TRUNCATE to everybody.
GRANT DELETE ON event_personal TO daybook_app;
