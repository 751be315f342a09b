package io.ordersystem.devstack.data;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The month partitions of order-service's tables. {@code create_partitions} makes those of the
 * coming months; a month of the past is loaded as tables of its own, which are indexed and attached
 * at the end: sorting a month into an index takes a third of inserting it row by row, and the rows
 * can be frozen as they come. Names, bounds and what else a partition gets are those that {@code
 * create_partitions} would have given it.
 */
final class MonthTables {
  /** What refers to orders comes after them. */
  private static final List<String> TABLES =
      List.of("orders", "order_items", "order_payments", "order_timeline");

  /**
   * What proves to ATTACH that all rows are within the bounds, so that it does not look at them.
   */
  private static final String BOUNDS = "fill_bounds";

  private final Connection connection;
  private final String schema;

  /**
   * @param owner connected as the role whose the tables are, and the new ones are to be
   */
  MonthTables(Connection owner, String schema) throws SQLException {
    this.connection = owner;
    this.schema = schema;
    // Of what a partition gets, only the partition is named in full.
    execute("SET search_path = " + schema);
  }

  /**
   * Makes a month's tables, unless they are partitions already; whether they are fresh ones that
   * want to be attached. Those that a fill has left that was ended half-way are made anew.
   */
  boolean prepare(FillMonth month) throws SQLException {
    int there = 0;
    for (String table : TABLES) {
      there += isPartition(table, month) ? 1 : 0;
    }
    if (there == TABLES.size()) {
      return false;
    }
    if (there > 0) {
      throw new SQLException("only some of the partitions of " + month.suffix() + " are there");
    }
    for (String table : TABLES) {
      execute("DROP TABLE IF EXISTS " + name(table, month));
      execute(
          """
          CREATE TABLE %1$s (
            LIKE %2$s.%3$s INCLUDING DEFAULTS INCLUDING CONSTRAINTS INCLUDING STORAGE,
            CONSTRAINT %4$s CHECK (%5$s >= '%6$s' AND %5$s < '%7$s'))
          """
              .formatted(
                  name(table, month),
                  schema,
                  table,
                  BOUNDS,
                  table.equals("orders") ? "id" : "order_id",
                  month.lower(),
                  month.upper()));
    }
    return true;
  }

  /** Makes fresh tables partitions, with all indexes; commits as one. */
  void attach(FillMonth month) throws SQLException {
    connection.setAutoCommit(false);
    try {
      // As create_partitions has it, so that nobody makes the same month at the same time.
      execute(
          "SELECT pg_advisory_xact_lock(hashtextextended('create-partitions/%s', 0))"
              .formatted(schema));
      for (String table : TABLES) {
        execute(
            "ALTER TABLE %s.%s ATTACH PARTITION %s FOR VALUES FROM ('%s') TO ('%s')"
                .formatted(schema, table, name(table, month), month.lower(), month.upper()));
        execute("ALTER TABLE %s DROP CONSTRAINT %s".formatted(name(table, month), BOUNDS));
        for (String ddl : partitionDdl(table, month)) {
          execute(ddl);
        }
      }
      connection.commit();
    } finally {
      connection.rollback();
      connection.setAutoCommit(true);
    }
  }

  /** After a load: what the planner and index-only scans want to know. */
  void vacuum(FillMonth month) throws SQLException {
    for (String table : TABLES) {
      execute("VACUUM (ANALYZE) " + name(table, month));
    }
  }

  /** Statistics of the whole; those of the months are there. */
  void analyze() throws SQLException {
    for (String table : TABLES) {
      execute("ANALYZE ONLY %s.%s".formatted(schema, table));
    }
    execute("VACUUM (ANALYZE) %s.order_sagas".formatted(schema));
  }

  private boolean isPartition(String table, FillMonth month) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(
            "SELECT EXISTS (SELECT FROM pg_inherits WHERE inhparent = to_regclass(?) AND inhrelid = to_regclass(?))")) {
      statement.setString(1, schema + "." + table);
      statement.setString(2, name(table, month));
      try (ResultSet row = statement.executeQuery()) {
        row.next();
        return row.getBoolean(1);
      }
    }
  }

  /** What each new partition gets that the parent cannot have, such as the unique number. */
  private List<String> partitionDdl(String table, FillMonth month) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(
            "SELECT format(partition_ddl, ?::text) FROM orders.partitioned_tables WHERE table_name = ? AND partition_ddl IS NOT NULL")) {
      statement.setString(1, table + "_" + month.suffix());
      statement.setString(2, table);
      try (ResultSet rows = statement.executeQuery()) {
        var ddl = new ArrayList<String>();
        while (rows.next()) {
          ddl.add(rows.getString(1));
        }
        return ddl;
      }
    }
  }

  private String name(String table, FillMonth month) {
    return String.format(Locale.ROOT, "%s.%s_%s", schema, table, month.suffix());
  }

  private void execute(String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
