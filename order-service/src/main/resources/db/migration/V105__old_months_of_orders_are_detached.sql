-- Takes whole months of orders that ended before a time out of the tables, and answers their names. Nothing is deleted: a detached month is a
-- table of its own, to be archived and dropped by whoever keeps the records. What refers to orders goes before the orders, and a month in which
-- an order has not ended, or waits for an answer, stays.
CREATE FUNCTION detach_orders(before timestamptz) RETURNS text[] LANGUAGE plpgsql AS $$
DECLARE
  month record;
  constraint_name text;
  table_name text;
  partition_name text;
  is_open boolean;
  detached text[] := '{}';
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended('create-partitions/' || current_schema(), 0));
  FOR month IN
    SELECT p.name, right(p.name, 7) AS suffix, p.lower_bound, p.upper_bound
    FROM (SELECT child.relname::text AS name,
                 (regexp_match(pg_get_expr(child.relpartbound, child.oid), 'FROM \(''([^'']+)''\)'))[1]::uuid AS lower_bound,
                 (regexp_match(pg_get_expr(child.relpartbound, child.oid), 'TO \(''([^'']+)''\)'))[1]::uuid AS upper_bound
          FROM pg_inherits i JOIN pg_class child ON child.oid = i.inhrelid
          WHERE i.inhparent = 'orders'::regclass) p
    WHERE p.upper_bound <= uuid7_floor(before)
    ORDER BY p.name
  LOOP
    EXECUTE format('SELECT EXISTS (SELECT FROM %I WHERE status NOT IN (''DELIVERED'', ''CANCELLED''))', month.name) INTO is_open;
    is_open := is_open OR EXISTS (
      SELECT FROM order_sagas
      WHERE order_id >= month.lower_bound AND order_id < month.upper_bound AND (pending <> '[]' OR deadline IS NOT NULL));
    CONTINUE WHEN is_open;
    FOREACH table_name IN ARRAY ARRAY['order_items', 'order_payments', 'order_timeline', 'orders'] LOOP
      partition_name := table_name || '_' || month.suffix;
      CONTINUE WHEN to_regclass(format('%I', partition_name)) IS NULL;
      EXECUTE format('ALTER TABLE %I DETACH PARTITION %I', table_name, partition_name);
      -- A detached month keeps its foreign key to orders, which would hold the month of the orders in place.
      FOR constraint_name IN SELECT conname FROM pg_constraint WHERE conrelid = to_regclass(format('%I', partition_name)) AND contype = 'f' AND conparentid = 0 LOOP
        EXECUTE format('ALTER TABLE %I DROP CONSTRAINT %I', partition_name, constraint_name);
      END LOOP;
    END LOOP;
    DELETE FROM order_sagas WHERE order_id >= month.lower_bound AND order_id < month.upper_bound;
    detached := detached || month.name;
  END LOOP;
  RETURN detached;
END $$;
