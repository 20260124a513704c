-- When the entries of each stretch of the log happened, in stretches of 256, 65,536 and 16,777,216 entries: a page of what happened until
-- some time begins where that is, also when the whole log is of one day. It takes the place of one stretch for each day.

CREATE TABLE log_spans (
    level INTEGER NOT NULL CONSTRAINT log_spans_level CHECK (level BETWEEN 1 AND 3),
    idx INTEGER NOT NULL CONSTRAINT log_spans_idx CHECK (idx >= 0),
    first_at INTEGER NOT NULL,
    last_at INTEGER NOT NULL,
    PRIMARY KEY (level, idx)
) STRICT, WITHOUT ROWID;

INSERT INTO log_spans SELECT 1, seq / 256, min(occurred_at), max(occurred_at) FROM platform_events GROUP BY seq / 256;
INSERT INTO log_spans SELECT 2, idx / 256, min(first_at), max(last_at) FROM log_spans WHERE level = 1 GROUP BY idx / 256;
INSERT INTO log_spans SELECT 3, idx / 256, min(first_at), max(last_at) FROM log_spans WHERE level = 2 GROUP BY idx / 256;

DROP TABLE log_days;

-- What somebody who does much did of one kind.
CREATE INDEX platform_events_by_actor_type ON platform_events (actor_id, type, seq) WHERE actor_id IS NOT NULL;
