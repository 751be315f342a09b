package io.ordersystem.devstack.testing;

import io.ordersystem.devstack.postgres.Database;
import io.ordersystem.devstack.postgres.DatabaseRole;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What is in the database, and faults planted into it. Each statement commits for itself. */
public final class TestDatabase {
  private final Database database;
  private final DatabaseRole role;
  private final @Nullable String schema;

  private TestDatabase(Database database, DatabaseRole role, @Nullable String schema) {
    this.database = database;
    this.role = role;
    this.schema = schema;
  }

  /** As the service of that short name: {@code order}, {@code inventory}, ... */
  public static TestDatabase ofService(String service) {
    return as(DatabaseRole.ofService(service), null);
  }

  /** The address of the primary's server, for tests that make databases of their own. */
  public static String serverUrl() {
    String url = TestEnvironment.current().primaryDatabase().jdbcUrl();
    return url.substring(0, url.lastIndexOf('/') + 1);
  }

  /** As the role that may read all schemas and change nothing; tables need their schema's name. */
  public static TestDatabase auditor() {
    return as(DatabaseRole.AUDITOR, null);
  }

  /** As the superuser in a schema, to read plans and to plant what services would refuse. */
  public static TestDatabase superuserIn(String schema) {
    return as(DatabaseRole.SUPERUSER, schema);
  }

  /** The same role on the replica. */
  public TestDatabase onReplica() {
    return new TestDatabase(TestEnvironment.current().replicaDatabase(), role, schema);
  }

  /** The rows of a query, columns by name in their order; a null column is a null value. */
  public List<Map<String, @Nullable Object>> rows(String sql, @Nullable Object... parameters) {
    try (var connection = connect();
        var statement = prepare(connection, sql, parameters);
        var result = statement.executeQuery()) {
      var rows = new ArrayList<Map<String, @Nullable Object>>();
      while (result.next()) {
        rows.add(row(result));
      }
      return rows;
    } catch (SQLException e) {
      throw new IllegalStateException(sql, e);
    }
  }

  /** The first column of the only row, as a number. */
  public long number(String sql, @Nullable Object... parameters) {
    var rows = rows(sql, parameters);
    if (rows.size() != 1
        || !(rows.getFirst().values().iterator().next() instanceof Number number)) {
      throw new IllegalStateException("not one number: " + sql + " gave " + rows);
    }
    return number.longValue();
  }

  /** Executes a statement; returns how many rows it changed. */
  public int execute(String sql, @Nullable Object... parameters) {
    try (var connection = connect();
        var statement = prepare(connection, sql, parameters)) {
      return statement.execute() ? 0 : statement.getUpdateCount();
    } catch (SQLException e) {
      throw new IllegalStateException(sql, e);
    }
  }

  /** The plan of a query, as PostgreSQL prints it; analysed means executed. */
  public String plan(String sql, @Nullable Object... parameters) {
    return String.join(
        "\n",
        rows("explain " + sql, parameters).stream()
            .map(row -> String.valueOf(row.values().iterator().next()))
            .toList());
  }

  /** A connection of its own, for tests that need locks or open transactions; close it. */
  public Connection connect() throws SQLException {
    var connection = database.connect(role);
    if (schema != null) {
      connection.setSchema(schema);
    }
    return connection;
  }

  private static TestDatabase as(DatabaseRole role, @Nullable String schema) {
    return new TestDatabase(TestEnvironment.current().primaryDatabase(), role, schema);
  }

  private static PreparedStatement prepare(
      Connection connection, String sql, @Nullable Object... parameters) throws SQLException {
    var statement = connection.prepareStatement(sql);
    for (int i = 0; i < parameters.length; i++) {
      statement.setObject(i + 1, parameters[i]);
    }
    return statement;
  }

  private static Map<String, @Nullable Object> row(ResultSet result) throws SQLException {
    var columns = result.getMetaData();
    var row = new LinkedHashMap<String, @Nullable Object>();
    for (int i = 1; i <= columns.getColumnCount(); i++) {
      row.put(columns.getColumnLabel(i), result.getObject(i));
    }
    return row;
  }
}
