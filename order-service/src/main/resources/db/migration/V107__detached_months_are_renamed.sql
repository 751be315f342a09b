-- As before, but one month at a time, so that nobody waits for the locks of several: lists lock months in their own order, and whoever is in the way
-- of the other is run again. And a detached month gives up its name: look-ups name the month's tables, and must not find an order that is no longer in the system.
CREATE OR REPLACE FUNCTION detach_orders(before timestamptz) RETURNS text[] LANGUAGE plpgsql AS $$
DECLARE
  month record;
  constraint_name text;
  table_name text;
  partition_name text;
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
      EXECUTE format('ALTER TABLE %I RENAME TO %I', partition_name, 'detached_' || partition_name);
    END LOOP;
    DELETE FROM order_sagas WHERE order_id >= month.lower_bound AND order_id < month.upper_bound;
    RETURN ARRAY['detached_' || month.name];
  END LOOP;
  RETURN '{}'::text[];
END $$;

-- Those that were detached before.
DO $$
DECLARE
  old_name text;
BEGIN
  FOR old_name IN
    SELECT relname FROM pg_class
    WHERE relnamespace = current_schema()::regnamespace AND relkind = 'r' AND NOT relispartition
      AND relname ~ '^(orders|order_items|order_payments|order_timeline)_[0-9]{4}_[0-9]{2}$'
  LOOP
    EXECUTE format('ALTER TABLE %I RENAME TO %I', old_name, 'detached_' || old_name);
  END LOOP;
END $$;
