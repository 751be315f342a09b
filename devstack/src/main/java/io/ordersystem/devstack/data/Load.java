package io.ordersystem.devstack.data;

import io.ordersystem.devstack.postgres.Database;
import io.ordersystem.devstack.postgres.DatabaseRole;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * One table's load on a connection of its own: {@code COPY} keeps a connection to itself, and each
 * is a process of the server, so that both cores work. One transaction.
 */
final class Load implements AutoCloseable {
  private final Connection connection;
  private final CopyRows rows;

  private Load(Connection connection, CopyRows rows) {
    this.connection = connection;
    this.rows = rows;
  }

  /**
   * Begins.
   *
   * @param fresh the table is nobody's yet: it is emptied, and its rows are frozen as they come
   */
  static Load into(Database database, String table, boolean fresh, String... columns)
      throws SQLException {
    Connection connection = database.connect(DatabaseRole.SUPERUSER);
    try (Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      // No look-up of foreign keys for each row: what they refer to comes in another transaction of
      // the same fill.
      statement.execute("SET LOCAL session_replication_role = replica");
      if (fresh) {
        statement.execute("TRUNCATE " + table);
      }
      return new Load(connection, new CopyRows(connection, table, fresh, columns));
    } catch (SQLException e) {
      connection.close();
      throw e;
    }
  }

  CopyRows row() {
    return rows.row();
  }

  /** All rows are there, and refused if they must be. */
  void end() throws SQLException {
    rows.end();
  }

  /** For what is to be committed with the rows, once they have ended. */
  Connection connection() {
    return connection;
  }

  void commit() throws SQLException {
    connection.commit();
  }

  @Override
  public void close() throws SQLException {
    try {
      rows.close();
    } finally {
      connection.close();
    }
  }
}
