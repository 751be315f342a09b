package io.ordersystem.devstack.prove;

import io.ordersystem.devstack.postgres.DatabaseRole;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/** Two transactions that stay open: one has written and holds positions, one has only read. */
final class OpenTransactions implements AutoCloseable {
  private static final int FIRST_AGGREGATE = 901;
  private static final int EVENTS = 5;

  private final Connection writing;
  private final Connection reading;
  private final List<String> committed = new ArrayList<>();

  OpenTransactions(Scene scene) throws SQLException {
    writing = scene.connect(DatabaseRole.INVENTORY);
    reading = scene.connect(DatabaseRole.INVENTORY);
  }

  void open() throws SQLException {
    reading.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
    for (Connection connection : List.of(writing, reading)) {
      connection.setAutoCommit(false);
      try (Statement statement = connection.createStatement()) {
        statement.execute("SET idle_in_transaction_session_timeout = 0");
        statement.execute("SELECT count(*) FROM proof_aggregates");
      }
    }
    try (PreparedStatement change = writing.prepareStatement(OutboxWriters.CHANGE);
        PreparedStatement append = writing.prepareStatement(OutboxWriters.APPEND)) {
      for (int i = 0; i < EVENTS; i++) {
        committed.add(OutboxWriters.one(change, append, FIRST_AGGREGATE + i));
      }
    }
  }

  void commit() throws SQLException {
    writing.commit();
    reading.commit();
  }

  int written() {
    return committed.size();
  }

  List<String> committed() {
    return committed;
  }

  @Override
  public void close() throws SQLException {
    writing.close();
    reading.close();
  }
}
