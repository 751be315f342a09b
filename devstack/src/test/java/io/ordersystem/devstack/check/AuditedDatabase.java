package io.ordersystem.devstack.check;

import io.ordersystem.devstack.postgres.ReadOnlyLogin;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;

/**
 * A database with the services' own migrations and the roles of the stack. A template is made once
 * and copied for each test.
 */
public final class AuditedDatabase {
  private static final Map<String, String> SERVICES =
      Map.of(
          "orders", "order-service",
          "inventory", "inventory-service",
          "payments", "payment-service",
          "notifications", "notification-service");

  private final String server;
  private final String name;

  private AuditedDatabase(String server, String name) {
    this.server = server;
    this.name = name;
  }

  /**
   * A template filled by the migrations and a script.
   *
   * @param server a JDBC URL up to the database's name, of a server that trusts its superuser
   */
  public static AuditedDatabase template(String server, Path script)
      throws SQLException, IOException {
    var template = create(server, "template1");
    template.execute(
        """
        DO $$ BEGIN
          IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'auditor') THEN
            CREATE ROLE auditor LOGIN PASSWORD 'auditor';
          END IF;
        END $$
        """);
    for (var service : SERVICES.entrySet()) {
      var schema = service.getKey();
      template.execute(
          "CREATE SCHEMA %1$s; GRANT USAGE ON SCHEMA %1$s TO auditor".formatted(schema));
      template.execute(
          "ALTER DEFAULT PRIVILEGES IN SCHEMA %s GRANT SELECT ON TABLES TO auditor"
              .formatted(schema));
      for (var migration : migrations(service.getValue())) {
        template.execute("SET search_path = " + schema + ";\n" + Files.readString(migration));
      }
      template.execute("SET search_path = %s; SELECT create_partitions(now())".formatted(schema));
    }
    template.execute(Files.readString(script));
    return template;
  }

  /** Another one as it is now. */
  public AuditedDatabase copy() throws SQLException {
    return create(server, name);
  }

  /** Runs statements as the superuser. */
  public void execute(String sql) throws SQLException {
    try (var connection = connect(name);
        var statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  /** What is found with that fault in place, which is then taken back. */
  List<Finding> withFault(String sql, Question question) throws SQLException, CannotCheck {
    try (var connection = connect(name);
        var statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      statement.execute(sql);
      var findings = question.ask(connection);
      connection.rollback();
      return findings;
    }
  }

  /** What is asked while a fault is in place. */
  @FunctionalInterface
  interface Question {
    List<Finding> ask(Connection connection) throws SQLException, CannotCheck;
  }

  /** The first column of the first row. */
  public String text(String query) {
    try (var connection = connect(name)) {
      return text(connection, query);
    } catch (SQLException failure) {
      throw new IllegalStateException(query, failure);
    }
  }

  /** The first column of the first row. */
  static String text(Connection connection, String query) throws SQLException {
    try (var statement = connection.createStatement();
        var rows = statement.executeQuery(query)) {
      rows.next();
      return rows.getString(1);
    }
  }

  CheckTarget target(URI sandbox) {
    return new CheckTarget(new ReadOnlyLogin(server + name, "auditor", "auditor"), sandbox);
  }

  /** Ends it. */
  public void drop() throws SQLException {
    try (var connection = DriverManager.getConnection(server + "postgres", "postgres", "postgres");
        var statement = connection.createStatement()) {
      statement.execute("DROP DATABASE " + name + " WITH (FORCE)");
    }
  }

  private static AuditedDatabase create(String server, String template) throws SQLException {
    var name = "check_" + UUID.randomUUID().toString().substring(0, 8);
    try (var connection = DriverManager.getConnection(server + "postgres", "postgres", "postgres");
        var statement = connection.createStatement()) {
      statement.execute("CREATE DATABASE %s TEMPLATE %s".formatted(name, template));
    }
    return new AuditedDatabase(server, name);
  }

  /** A connection as the superuser; the caller closes it. */
  public Connection connect() throws SQLException {
    return connect(name);
  }

  private Connection connect(String database) throws SQLException {
    return DriverManager.getConnection(server + database, "postgres", "postgres");
  }

  private static List<Path> migrations(String service) throws IOException {
    var root = Path.of(Objects.requireNonNull(System.getProperty("order-system.root")));
    var own = files(root.resolve(service + "/src/main/resources/db/migration"));
    var all = new ArrayList<>(files(root.resolve("platform/src/main/resources/db/platform")));
    all.addAll(own);
    return all;
  }

  private static List<Path> files(Path folder) throws IOException {
    try (var files = Files.list(folder)) {
      return files.sorted().toList();
    }
  }
}
