-- What the statements of each role have cost in this database since pg_stat_statements was last reset, one row per role and query id.
-- Without their texts, which PostgreSQL reads from a file. A role without pg_read_all_stats sees the ids of its own statements only.
SELECT s.queryid AS query_id,
       r.rolname::text AS role,
       sum(s.calls)::bigint AS calls,
       sum(s.total_exec_time) / 1000 AS seconds,
       sum(s.total_exec_time) / sum(s.calls) / 1000 AS mean_seconds,
       max(s.max_exec_time) / 1000 AS max_seconds,
       sum(s.rows)::bigint AS rows,
       sum(s.shared_blks_hit)::float8 / nullif(sum(s.shared_blks_hit + s.shared_blks_read), 0)::float8 AS hit_share
FROM pg_stat_statements(false) AS s
JOIN pg_roles r ON r.oid = s.userid
JOIN pg_database d ON d.oid = s.dbid
WHERE d.datname = current_database() AND s.queryid IS NOT NULL AND s.calls > 0
GROUP BY s.queryid, r.rolname
