package io.ordersystem.devstack.postgres;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;

/** Makes the database, its roles and schemas, as often as it is asked. */
final class DatabaseSchemas {
  private static final String ROLE_EXISTS = "select 1 from pg_roles where rolname = '%s'";
  private static final String DATABASE_EXISTS =
      "select 1 from pg_database where datname = '" + Database.NAME + "'";

  private final Database primary;

  DatabaseSchemas(Database primary) {
    this.primary = primary;
  }

  void apply() throws SQLException {
    try (var connection = primary.connect(DatabaseRole.SUPERUSER, "postgres");
        var statement = connection.createStatement()) {
      if (!exists(statement, DATABASE_EXISTS)) {
        statement.execute("create database " + Database.NAME);
      }
    }
    try (var connection = primary.connect(DatabaseRole.SUPERUSER)) {
      connection.setAutoCommit(false);
      applyIn(connection);
      connection.commit();
    }
  }

  private static void applyIn(Connection connection) throws SQLException {
    try (var statement = connection.createStatement()) {
      statement.execute("create extension if not exists pg_stat_statements");
      statement.execute("revoke all on schema public from public");
      statement.execute("revoke all on database " + Database.NAME + " from public");
      for (var role : DatabaseRole.values()) {
        if (role != DatabaseRole.SUPERUSER) {
          login(statement, role);
        }
      }
      auditor(statement);
      for (var role :
          Arrays.stream(DatabaseRole.values()).filter(DatabaseRole::ownsSchema).toList()) {
        schema(statement, role.roleName());
      }
    }
  }

  private static void login(Statement statement, DatabaseRole role) throws SQLException {
    if (!exists(statement, ROLE_EXISTS.formatted(role.roleName()))) {
      statement.execute(
          "create role %s login password '%s'".formatted(role.roleName(), role.password()));
    }
    statement.execute(
        "grant connect on database %s to %s".formatted(Database.NAME, role.roleName()));
  }

  private static void schema(Statement statement, String name) throws SQLException {
    statement.execute("create schema if not exists %1$s authorization %1$s".formatted(name));
    statement.execute("alter role %1$s set search_path = %1$s".formatted(name));
    // The extension is there: a service exports what its own statements cost.
    statement.execute("grant usage on schema public to " + name);
    statement.execute("grant usage on schema %s to auditor".formatted(name));
    statement.execute("grant select on all tables in schema %s to auditor".formatted(name));
    statement.execute(
        "alter default privileges for role %1$s in schema %1$s grant select on tables to auditor"
            .formatted(name));
  }

  private static void auditor(Statement statement) throws SQLException {
    statement.execute("alter role auditor set default_transaction_read_only = on");
    statement.execute("grant usage on schema public to auditor");
    statement.execute("grant pg_read_all_stats to auditor");
  }

  private static boolean exists(Statement statement, String query) throws SQLException {
    try (var rows = statement.executeQuery(query)) {
      return rows.next();
    }
  }
}
