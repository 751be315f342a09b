package io.ordersystem.devstack.bench;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * What the reads are compared with. {@code bench}: the same orders in tables that are not
 * partitioned, with the indexes that the seed names for its queries and no others, and the seed's
 * users. That is in favour of the baselines: a look-up needs no partition to be found, and {@code
 * ORDER BY created_at} has its index. {@code bench_small}: the service's tables for a set of
 * another size, with as many partitions.
 */
final class ReadTables {
  static final String BASELINES = "bench";
  static final String SMALL = "bench_small";

  private static final String CREATE_SMALL =
      """
      CREATE SCHEMA bench_small AUTHORIZATION orders;
      SET ROLE orders;
      SET search_path = bench_small;
      CREATE TABLE orders (LIKE orders.orders INCLUDING ALL) PARTITION BY RANGE (id);
      CREATE TABLE order_items (LIKE orders.order_items INCLUDING ALL) PARTITION BY RANGE (order_id);
      CREATE TABLE order_payments (LIKE orders.order_payments INCLUDING ALL) PARTITION BY RANGE (order_id);
      CREATE TABLE order_timeline (LIKE orders.order_timeline INCLUDING ALL) PARTITION BY RANGE (order_id);
      CREATE TABLE order_sagas (LIKE orders.order_sagas INCLUDING ALL);
      CREATE TABLE partitioned_tables AS SELECT * FROM orders.partitioned_tables WHERE table_name LIKE 'order%%';
      """;

  /** The partitions that the service has made ahead are there in both sets. */
  private static final String SAME_PARTITIONS =
      """
      DO $$
      DECLARE p record;
      BEGIN
        FOR p IN
          SELECT parent.relname AS parent, child.relname AS name, pg_get_expr(child.relpartbound, child.oid) AS bounds
          FROM pg_inherits i JOIN pg_class child ON child.oid = i.inhrelid JOIN pg_class parent ON parent.oid = i.inhparent
          WHERE parent.relnamespace = 'orders'::regnamespace AND parent.relkind = 'p' AND parent.relname LIKE 'order%'
        LOOP
          EXECUTE format('CREATE TABLE bench_small.%I PARTITION OF bench_small.%I %s', p.name, p.parent, p.bounds);
          IF p.parent = 'orders' THEN
            EXECUTE format('CREATE UNIQUE INDEX ON bench_small.%I (order_number)', p.name);
          END IF;
        END LOOP;
      END $$;
      """;

  private static final String CREATE_BASELINES =
      """
      CREATE SCHEMA bench AUTHORIZATION orders;
      SET ROLE orders;
      SET search_path = bench;
      CREATE TABLE orders AS SELECT * FROM orders.orders;
      ALTER TABLE orders ADD PRIMARY KEY (id);
      CREATE INDEX idx_orders_customer_created ON orders (customer_id, created_at DESC);
      CREATE INDEX idx_orders_status_created ON orders (status, created_at DESC);
      CREATE TABLE order_items AS SELECT * FROM orders.order_items;
      ALTER TABLE order_items ADD PRIMARY KEY (id);
      CREATE INDEX idx_order_items_order_id ON order_items (order_id);
      CREATE INDEX idx_order_items_seller_status ON order_items (seller_id, status);
      CREATE TABLE users AS
      SELECT customer_id AS id, min(contact ->> 'name') AS name FROM orders WHERE contact IS NOT NULL GROUP BY customer_id;
      ALTER TABLE users ADD PRIMARY KEY (id);
      """;

  private ReadTables() {}

  /** The tables of the small set, empty, with the partitions that there are so far. */
  static void createSmall(Connection superuser) throws SQLException {
    execute(superuser, CREATE_SMALL.replace("%%", "%"), SAME_PARTITIONS);
  }

  /** The baselines, with all orders that there are. */
  static void createBaselines(Connection superuser) throws SQLException {
    execute(
        superuser,
        CREATE_BASELINES,
        "VACUUM (ANALYZE) bench.orders",
        "VACUUM (ANALYZE) bench.order_items",
        "VACUUM (ANALYZE) bench.users");
  }

  private static void execute(Connection superuser, String... statements) throws SQLException {
    try (Statement statement = superuser.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
      statement.execute("RESET ROLE");
    }
  }
}
