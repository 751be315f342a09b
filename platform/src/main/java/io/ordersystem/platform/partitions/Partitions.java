package io.ordersystem.platform.partitions;

import io.agroal.api.AgroalDataSource;
import io.quarkus.logging.Log;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.scheduler.Scheduled;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import jakarta.interceptor.Interceptor;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;

/**
 * Makes the partitions of the coming days and months, at start (a system may have been off for
 * longer than was made ahead) and every hour after, and drops what is past its time.
 */
@Singleton
class Partitions {
  private final AgroalDataSource database;
  private final Clock clock;

  Partitions(AgroalDataSource database, Clock clock) {
    this.database = database;
    this.clock = clock;
  }

  /** Before anything else that uses the tables: no request may find a month missing. */
  void atStart(@Observes @Priority(Interceptor.Priority.PLATFORM_BEFORE) StartupEvent started)
      throws SQLException {
    maintain();
  }

  @Scheduled(every = "1h", delayed = "1h", identity = "partitions")
  void maintain() throws SQLException {
    OffsetDateTime now = OffsetDateTime.ofInstant(clock.instant(), ZoneOffset.UTC);
    int made = call("SELECT create_partitions(?)", now);
    int dropped = call("SELECT drop_partitions(?)", now);
    if (made + dropped > 0) {
      Log.infof("Partitions: %d made ahead, %d dropped", made, dropped);
    }
  }

  private int call(String sql, OffsetDateTime now) throws SQLException {
    try (Connection connection = database.getConnection();
        PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setObject(1, now);
      try (ResultSet result = statement.executeQuery()) {
        return result.next() ? result.getInt(1) : 0;
      }
    }
  }
}
