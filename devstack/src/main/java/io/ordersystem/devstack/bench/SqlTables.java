package io.ordersystem.devstack.bench;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * The tables of inventory-service once more, for what runs straight at PostgreSQL: nobody publishes
 * from them. They lack foreign keys and partitions, which is in favour of the baselines.
 */
final class SqlTables {
  static final String SCHEMA = "bench";

  private static final String CREATE =
      """
      DROP SCHEMA IF EXISTS bench CASCADE;
      CREATE SCHEMA bench;
      CREATE TABLE bench.inventory (LIKE inventory.inventory INCLUDING ALL);
      ALTER TABLE bench.inventory SET (fillfactor = 20, autovacuum_vacuum_scale_factor = 0.01);
      CREATE TABLE bench.reservations (LIKE inventory.reservations INCLUDING ALL);
      CREATE TABLE bench.inventory_reservations (LIKE inventory.inventory_reservations INCLUDING ALL);
      CREATE TABLE bench.outbox (LIKE inventory.outbox INCLUDING ALL);
      CREATE SEQUENCE bench.outbox_position CACHE 1;
      ALTER TABLE bench.outbox ALTER position SET DEFAULT nextval('bench.outbox_position');
      INSERT INTO bench.inventory SELECT * FROM inventory.inventory;
      """;

  private SqlTables() {}

  static void create(Connection superuser) throws SQLException {
    try (Statement statement = superuser.createStatement()) {
      statement.execute(CREATE);
    }
  }
}
