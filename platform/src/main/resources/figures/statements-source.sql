-- Where pg_stat_statements is, for somebody who may read it: no row when the extension is not installed, the server has not loaded its
-- library, or the role has no rights to it.
SELECT quote_ident(n.nspname) || '.' || quote_ident(c.relname) AS source
FROM pg_extension e
JOIN pg_namespace n ON n.oid = e.extnamespace
JOIN pg_class c ON c.relnamespace = n.oid AND c.relname = 'pg_stat_statements'
WHERE e.extname = 'pg_stat_statements'
  AND has_schema_privilege(n.oid, 'USAGE')
  AND has_table_privilege(c.oid, 'SELECT')
  AND current_setting('pg_stat_statements.max', true) IS NOT NULL
