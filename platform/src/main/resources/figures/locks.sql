-- Which sessions wait for a lock in this database, for which, and since when: one row per session. Whoever waits for a row waits for
-- the transaction that has it, and holds the row itself meanwhile, which names the table.
WITH l AS MATERIALIZED (SELECT * FROM pg_locks)
SELECT a.pid, a.usename::text AS role, l.mode, l.locktype AS kind,
       coalesce(l.relation, (SELECT t.relation FROM l AS t WHERE t.pid = l.pid AND t.locktype = 'tuple' LIMIT 1))::regclass::text AS relation,
       -- A wait that has just begun has no time yet.
       coalesce(extract(epoch FROM clock_timestamp() - l.waitstart), 0)::float8 AS seconds
FROM l
JOIN pg_stat_activity a ON a.pid = l.pid
WHERE NOT l.granted AND a.datname = current_database()
