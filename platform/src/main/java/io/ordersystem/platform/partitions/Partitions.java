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
import java.util.Set;

/**
 * Makes the partitions of the coming days and months, at start (a system may have been off for
 * longer than was made ahead) and every hour after, and drops what is past its time.
 */
@Singleton
public class Partitions {
  /**
   * Making or dropping a partition locks its table against everybody, and whoever comes meanwhile
   * queues behind that wish: it is given up before a long reader makes it a standstill.
   */
  private static final String LOCK_TIMEOUT = "SET LOCAL lock_timeout = '2s'";

  /**
   * {@code lock_not_available} and {@code deadlock_detected}: it takes one table after the other,
   * and so does everybody else.
   */
  private static final Set<String> OTHERS_ARE_IN_THE_WAY = Set.of("55P03", "40P01");

  private final AgroalDataSource database;
  private final Clock clock;
  private final PartitionDepth depth;

  Partitions(AgroalDataSource database, Clock clock, PartitionDepth depth) {
    this.database = database;
    this.clock = clock;
    this.depth = depth;
  }

  /** Before anything else that uses the tables: no request may find a month missing. */
  void atStart(@Observes @Priority(Interceptor.Priority.PLATFORM_BEFORE) StartupEvent started)
      throws SQLException {
    maintain();
  }

  /**
   * Makes and drops what is due. A table that somebody reads for long is left for the next hour:
   * partitions are made days ahead. Then it is measured how far ahead they are, above all when none
   * could be made.
   */
  @Scheduled(every = "1h", delayed = "1h", identity = "partitions")
  public void maintain() throws SQLException {
    try {
      int made = call("SELECT create_partitions(?)");
      int dropped = call("SELECT drop_partitions(?)");
      if (made + dropped > 0) {
        Log.infof("Partitions: %d made ahead, %d dropped", made, dropped);
      }
    } finally {
      depth.measure();
    }
  }

  private int call(String sql) throws SQLException {
    try (Connection connection = database.getConnection()) {
      connection.setAutoCommit(false);
      try (PreparedStatement limit = connection.prepareStatement(LOCK_TIMEOUT);
          PreparedStatement statement = connection.prepareStatement(sql)) {
        limit.execute();
        statement.setObject(1, OffsetDateTime.ofInstant(clock.instant(), ZoneOffset.UTC));
        int count = only(statement);
        connection.commit();
        return count;
      } catch (SQLException e) {
        connection.rollback();
        if (!OTHERS_ARE_IN_THE_WAY.contains(e.getSQLState())) {
          throw e;
        }
        Log.warnf("Partitions are left for the next hour: %s", e.getMessage());
        return 0;
      }
    }
  }

  private static int only(PreparedStatement statement) throws SQLException {
    try (ResultSet result = statement.executeQuery()) {
      return result.next() ? result.getInt(1) : 0;
    }
  }
}
