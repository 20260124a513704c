-- Erasing a person's values. postgres/0006_erasure.sql also lets the server's role delete them.

-- The sweeper looks for those who were erased a short while ago.
CREATE INDEX users_erased ON users (erased_at) WHERE erased_at IS NOT NULL;
