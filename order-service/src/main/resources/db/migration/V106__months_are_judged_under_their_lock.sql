-- Whether an order of that partition has not ended, or waits for an answer.
CREATE FUNCTION orders_are_open(partition_name text, lower_bound uuid, upper_bound uuid) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
  is_open boolean;
BEGIN
  EXECUTE format('SELECT EXISTS (SELECT FROM %I WHERE status NOT IN (''DELIVERED'', ''CANCELLED''))', partition_name) INTO is_open;
  RETURN is_open OR EXISTS (
    SELECT FROM order_sagas
    WHERE order_id >= lower_bound AND order_id < upper_bound AND (pending <> '[]' OR deadline IS NOT NULL));
END $$;

-- As before, but a month is judged once nobody can change it any more: an order that was delivered long ago may just be getting a refund. The locks
-- are taken in the order in which everybody else takes them, the table before its partition.
CREATE OR REPLACE FUNCTION detach_orders(before timestamptz) RETURNS text[] LANGUAGE plpgsql AS $$
DECLARE
  month record;
  constraint_name text;
  table_name text;
  partition_name text;
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
    CONTINUE WHEN orders_are_open(month.name, month.lower_bound, month.upper_bound);
    LOCK TABLE ONLY orders IN ACCESS EXCLUSIVE MODE;
    EXECUTE format('LOCK TABLE %I IN ACCESS EXCLUSIVE MODE', month.name);
    CONTINUE WHEN orders_are_open(month.name, month.lower_bound, month.upper_bound);
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
