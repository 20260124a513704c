-- What happened of one kind in a project, past tens of thousands of codes that were generated for it; the history of its configuration is
-- found there too, and the platform's.
CREATE INDEX platform_events_by_project_type ON platform_events (project_id, type, seq);
DROP INDEX platform_events_of_config;
