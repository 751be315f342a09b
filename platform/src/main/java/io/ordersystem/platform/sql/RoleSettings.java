package io.ordersystem.platform.sql;

import io.agroal.api.AgroalDataSource;
import io.quarkus.logging.Log;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import jakarta.interceptor.Interceptor;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Has the database's role remember what is set in its sessions, where the service cannot say it
 * itself: a pooler opens the sessions, refuses settings that it cannot compare, and hands a session
 * to somebody else after each transaction. A role may change its own settings, so this needs no
 * rights and no operator, and is made again where a restore has forgotten it.
 *
 * <p>A session that the pooler has open already keeps what it began with, until the pooler replaces
 * it ({@code server_lifetime}, one hour unless told otherwise).
 */
@Singleton
class RoleSettings {
  /** As soon as there is a schema, before anything asks through the pooler. */
  private static final int FIRST = Interceptor.Priority.PLATFORM_BEFORE - 1;

  /** Two processes that start at once would change one row, and PostgreSQL fails the second. */
  private static final String ONE_AFTER_THE_OTHER =
      "SELECT pg_advisory_xact_lock(hashtextextended('role-settings/' || current_user, 0))";

  private static final String REMEMBERED =
      """
      SELECT split_part(entry, '=', 1) AS name, substr(entry, strpos(entry, '=') + 1) AS value
      FROM pg_db_role_setting s
      JOIN pg_database d ON d.oid = s.setdatabase AND d.datname = current_database()
      JOIN pg_roles r ON r.oid = s.setrole AND r.rolname = current_user,
      unnest(s.setconfig) AS entry
      """;

  private final AgroalDataSource database;
  private final DatabaseConfig config;

  RoleSettings(AgroalDataSource database, DatabaseConfig config) {
    this.database = database;
    this.config = config;
  }

  void atStart(@Observes @Priority(FIRST) StartupEvent started) throws SQLException {
    if (config.pooler()) {
      remember();
    }
  }

  /** Changes what the role does not say yet, for this database only. */
  private void remember() throws SQLException {
    try (Connection connection = database.getConnection()) {
      connection.setAutoCommit(false);
      try (Statement statement = connection.createStatement()) {
        statement.execute(ONE_AFTER_THE_OTHER);
        Map<String, String> remembered = remembered(statement);
        List<String> changed = new ArrayList<>();
        for (var setting : SessionSettings.ALL.entrySet()) {
          if (!setting.getValue().equals(remembered.get(setting.getKey()))) {
            statement.execute(
                "ALTER ROLE CURRENT_USER IN DATABASE %s SET %s = '%s'"
                    .formatted(
                        statement.enquoteIdentifier(connection.getCatalog(), true),
                        setting.getKey(),
                        setting.getValue()));
            changed.add(setting.getKey());
          }
        }
        connection.commit();
        if (!changed.isEmpty()) {
          Log.infof("Sessions of this role have from now on: %s", changed);
        }
      } catch (SQLException e) {
        try {
          connection.rollback();
        } catch (SQLException alsoGone) {
          e.addSuppressed(alsoGone);
        }
        throw e;
      }
    }
  }

  private static Map<String, String> remembered(Statement statement) throws SQLException {
    Map<String, String> remembered = new HashMap<>();
    try (ResultSet result = statement.executeQuery(REMEMBERED)) {
      while (result.next()) {
        remembered.put(result.getString("name"), result.getString("value"));
      }
    }
    return remembered;
  }
}
