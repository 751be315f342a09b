package io.ordersystem.devstack.data;

import io.ordersystem.devstack.postgres.Database;
import io.ordersystem.devstack.postgres.DatabaseRole;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;

/**
 * Keeps the replica with us: a load writes more in a minute than the primary keeps for a replica
 * that falls behind. What it has not replayed yet is held back by a slot that ends with this
 * connection, and after each month it is waited for.
 */
final class ReplicaPace implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofMinutes(10);
  private static final String SLOT = "data_fill";

  private final Connection connection;

  ReplicaPace(Database primary) throws SQLException {
    connection = primary.connect(DatabaseRole.SUPERUSER);
    try (Statement statement = connection.createStatement()) {
      statement.execute(
          "SELECT pg_create_physical_replication_slot('%s', true, true)".formatted(SLOT));
    } catch (SQLException e) {
      connection.close();
      throw e;
    }
  }

  /**
   * Returns once every replica that streams has replayed what was written so far.
   *
   * @throws SQLException also when one has not after ten minutes
   */
  void follow() throws SQLException {
    String written = text("SELECT pg_current_wal_insert_lsn()");
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!replayed(written)) {
      if (System.nanoTime() > deadline) {
        throw new SQLException("the replica has not followed for " + PATIENCE.toMinutes() + " min");
      }
    }
    text("SELECT pg_replication_slot_advance('%s', '%s')".formatted(SLOT, written));
  }

  /** Asks again by and by, in the server. */
  private boolean replayed(String lsn) throws SQLException {
    return text("SELECT coalesce(bool_and(replay_lsn >= '%s'), true) FROM pg_stat_replication, pg_sleep(0.05) WHERE state = 'streaming'"
            .formatted(lsn))
        .equals("t");
  }

  private String text(String sql) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      row.next();
      return row.getString(1);
    }
  }

  @Override
  public void close() throws SQLException {
    connection.close();
  }
}
