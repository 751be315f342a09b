-- What each index takes, how often this server has used it, and how much of it is probably bloat: one row per index. Partitions are
-- summed under the index of their parent; an index that only partitions can have (see partitioned_tables) under its own name with the
-- parent's table in place of the partition's.
--
-- Bloat is estimated for B-trees, from what ANALYZE knows: so many entries, each as wide as its columns are on average, would fill so
-- many pages up to the fill factor, had the index just been built. What it had beyond that at its last ANALYZE or VACUUM is bloat.
-- NULL while nothing is known, and for other kinds of index. The estimate errs: entries with equal keys are kept together and take
-- less, which hides bloat; keys that come in random order leave a third of each page free, which a rebuild mends for a while only.
WITH entry AS (
  SELECT i.indexrelid,
         -- A header, a map of nulls where there are any, and the columns, in steps of 8 bytes; and 4 bytes that point to it.
         ceil((8 + 8 * max(coalesce(s.null_frac, 0))
               + sum((1 - coalesce(s.null_frac, 0)) * CASE WHEN a.attlen > 0 THEN a.attlen ELSE s.avg_width END)) / 8) * 8 + 4 AS bytes,
         bool_and(a.attlen > 0 OR s.avg_width IS NOT NULL) AS known
  FROM pg_index i
  JOIN pg_class c ON c.oid = i.indexrelid
  JOIN pg_class t ON t.oid = i.indrelid
  JOIN pg_namespace n ON n.oid = t.relnamespace
  JOIN pg_attribute a ON a.attrelid = c.oid
  -- What is known of a column is kept with its table, of an expression with the index.
  LEFT JOIN pg_attribute ta ON ta.attrelid = t.oid AND ta.attnum = i.indkey[a.attnum - 1] AND ta.attnum > 0
  LEFT JOIN pg_stats s ON s.schemaname = n.nspname AND NOT s.inherited
    AND s.tablename = CASE WHEN ta.attname IS NULL THEN c.relname ELSE t.relname END
    AND s.attname = coalesce(ta.attname, a.attname)
  GROUP BY i.indexrelid
), page AS (
  -- Without its header and what a B-tree keeps at its end.
  SELECT current_setting('block_size')::int AS bytes, current_setting('block_size')::int - 24 - 16 AS room
), one AS (
  SELECT n.nspname AS schema, root.relname AS root, t.relispartition AS is_partition,
         CASE WHEN parent.relname IS NOT NULL THEN parent.relname
              WHEN t.relispartition AND starts_with(c.relname, t.relname) THEN root.relname || substr(c.relname, length(t.relname) + 1)
              ELSE c.relname END AS name,
         i.indisunique OR i.indisexclusion OR EXISTS (SELECT FROM pg_constraint WHERE conindid = c.oid) AS demanded,
         pg_stat_get_numscans(c.oid) AS scans,
         pg_relation_size(c.oid) AS bytes,
         CASE WHEN am.amname = 'btree' AND t.reltuples >= 0 AND (e.known OR c.reltuples = 0) THEN
           -- The first page of a B-tree says where its root is.
           greatest(0, c.relpages - 1 - greatest(1, ceil(c.reltuples / floor(page.room * coalesce(
             (SELECT option_value::int FROM pg_options_to_table(c.reloptions) WHERE option_name = 'fillfactor'), 90) / 100 / e.bytes))))
           * page.bytes END AS bloat
  FROM page, pg_index i
  JOIN entry e USING (indexrelid)
  JOIN pg_class c ON c.oid = i.indexrelid AND c.relkind = 'i'
  JOIN pg_am am ON am.oid = c.relam
  JOIN pg_class t ON t.oid = i.indrelid
  JOIN pg_namespace n ON n.oid = t.relnamespace
  JOIN pg_class root ON root.oid = coalesce(pg_partition_root(t.oid), t.oid)
  LEFT JOIN pg_class parent ON parent.oid = pg_partition_root(c.oid)
  WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
)
SELECT schema::text, root::text AS "table", name::text AS index,
       count(*) FILTER (WHERE is_partition) AS partitions,
       sum(scans)::bigint AS scans,
       sum(bytes)::bigint AS bytes,
       sum(bloat)::bigint AS bloat_bytes,
       sum(scans) = 0 AND NOT bool_or(demanded) AS unused
FROM one
GROUP BY schema, root, name
