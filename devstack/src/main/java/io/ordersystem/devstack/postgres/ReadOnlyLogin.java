package io.ordersystem.devstack.postgres;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Properties;
import org.postgresql.Driver;

/** A login to any database that is only read, whatever its role may do. */
public record ReadOnlyLogin(String jdbcUrl, String user, String password) {
  /**
   * A connection with one snapshot, which the first statement has taken, until it is closed.
   *
   * @param application what the server knows it as
   * @param patience after which the server gives up on a statement; whole seconds
   */
  public Connection snapshot(String application, Duration patience) throws SQLException {
    var connection = connect(application, patience);
    try {
      connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
      connection.setReadOnly(true);
      connection.setAutoCommit(false);
      try (var statement = connection.createStatement()) {
        statement.execute("SET LOCAL statement_timeout = '%ds'".formatted(patience.toSeconds()));
        // The first query takes the snapshot.
        statement.execute("SELECT now()");
      }
      return connection;
    } catch (SQLException failure) {
      connection.close();
      throw failure;
    }
  }

  private Connection connect(String application, Duration patience) throws SQLException {
    var properties = new Properties();
    properties.setProperty("user", user);
    properties.setProperty("password", password);
    properties.setProperty("ApplicationName", application);
    properties.setProperty("connectTimeout", "5");
    properties.setProperty("socketTimeout", Long.toString(patience.toSeconds() + 10));
    // Not by DriverManager, which knows only the drivers of the caller's class loader.
    var connection = new Driver().connect(jdbcUrl, properties);
    if (connection == null) {
      throw new SQLException("not a PostgreSQL address: " + jdbcUrl);
    }
    return connection;
  }

  /** Without the password. */
  @Override
  public String toString() {
    return user + "@" + jdbcUrl;
  }
}
