package io.ordersystem.devstack.postgres;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Properties;
import org.postgresql.Driver;

/** Where one PostgreSQL server listens, and connections to the database of the order system. */
public record Database(int port) {
  /** The one database. */
  public static final String NAME = "ordersystem";

  private static final Driver DRIVER = new Driver();

  /** For the reactive client. */
  public String reactiveUrl() {
    return "postgresql://127.0.0.1:" + port + "/" + NAME;
  }

  /** For JDBC. */
  public String jdbcUrl() {
    return jdbcUrl(NAME);
  }

  /** A connection as that role; the caller closes it. */
  public Connection connect(DatabaseRole role) throws SQLException {
    return connect(role, NAME);
  }

  Connection connect(DatabaseRole role, String database) throws SQLException {
    var properties = new Properties();
    properties.setProperty("user", role.roleName());
    properties.setProperty("password", role.password());
    properties.setProperty("ApplicationName", "devstack");
    // Seconds: a server that hangs must not hang us.
    properties.setProperty("connectTimeout", "5");
    properties.setProperty("loginTimeout", "5");
    // Not by DriverManager, which finds only drivers of the caller's class loader.
    var connection = DRIVER.connect(jdbcUrl(database), properties);
    if (connection == null) {
      throw new SQLException("not a PostgreSQL address: " + jdbcUrl(database));
    }
    return connection;
  }

  private String jdbcUrl(String database) {
    return "jdbc:postgresql://127.0.0.1:" + port + "/" + database;
  }
}
