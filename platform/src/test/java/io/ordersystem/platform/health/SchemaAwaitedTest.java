package io.ordersystem.platform.health;

import static org.assertj.core.api.Assertions.assertThat;

import io.ordersystem.devstack.postgres.Database;
import io.ordersystem.devstack.testing.TestDatabase;
import io.quarkus.runtime.StartupEvent;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.configuration.FluentConfiguration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A service that starts beside the job that migrates its schema. */
@Timeout(60)
class SchemaAwaitedTest {
  private final String schema = "awaited_" + UUID.randomUUID().toString().replace("-", "");

  @AfterEach
  void drop() {
    TestDatabase.superuserIn("public").execute("DROP SCHEMA IF EXISTS " + schema + " CASCADE");
  }

  @Test
  void endsWhenTheLastMigrationHasRun() throws Exception {
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<?> waiting =
          threads.submit(() -> {
            new SchemaAwaited(configuration().load(), false).await();
            return null;
          });
      assertThat(hasEnded(waiting)).as("nothing has been migrated").isFalse();
      configuration().target("001").load().migrate();
      assertThat(hasEnded(waiting)).as("some migrations are left").isFalse();
      configuration().load().migrate();
      waiting.get(20, TimeUnit.SECONDS);
    }
  }

  @Test
  void doesNotMindWhatALaterReleaseHasMigrated() throws Exception {
    configuration().load().migrate();
    TestDatabase.superuserIn(schema)
        .execute(
            """
            INSERT INTO flyway_schema_history
              (installed_rank, version, description, type, script, checksum, installed_by, execution_time, success)
            VALUES (1000, '9999', 'of a later release', 'SQL', 'V9999__later.sql', 1, 'later', 1, true)
            """);
    new SchemaAwaited(configuration().load(), false).await();
  }

  @Test
  void waitsWhileOneHasFailed() throws Exception {
    configuration().load().migrate();
    TestDatabase history = TestDatabase.superuserIn(schema);
    String last = " WHERE installed_rank = (SELECT max(installed_rank) FROM flyway_schema_history)";
    history.execute("UPDATE flyway_schema_history SET success = false" + last);
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<?> waiting =
          threads.submit(() -> {
            new SchemaAwaited(configuration().load(), false).await();
            return null;
          });
      assertThat(hasEnded(waiting)).isFalse();
      history.execute("UPDATE flyway_schema_history SET success = true" + last);
      waiting.get(20, TimeUnit.SECONDS);
    }
  }

  @Test
  void doesNotWaitWhereTheServiceMigratesItself() throws Exception {
    new SchemaAwaited(configuration().load(), true).atStart(new StartupEvent());
  }

  /** More than one look long. */
  private static boolean hasEnded(Future<?> waiting) throws Exception {
    try {
      waiting.get(2500, TimeUnit.MILLISECONDS);
      return true;
    } catch (TimeoutException e) {
      return false;
    }
  }

  private FluentConfiguration configuration() {
    return Flyway.configure()
        .dataSource(TestDatabase.serverUrl() + Database.NAME, "postgres", "postgres")
        .schemas(schema)
        .ignoreMigrationPatterns("*:future")
        .locations("db/platform");
  }
}
