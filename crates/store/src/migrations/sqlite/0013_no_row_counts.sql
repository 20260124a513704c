-- How many rows tables had once decides nothing any more: a database that was closed when it was new kept that the log had one entry, and
-- its lists read the whole log for each page ever after. Statements are written so that their plans need no counts.

DROP TABLE IF EXISTS sqlite_stat1;
DROP TABLE IF EXISTS sqlite_stat4;
