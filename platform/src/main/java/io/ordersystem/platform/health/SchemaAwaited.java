package io.ordersystem.platform.health;

import io.quarkus.logging.Log;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import jakarta.interceptor.Interceptor;
import java.time.Duration;
import java.util.Arrays;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;

/**
 * Holds back a start until the schema is what this release needs. Where a job migrates it ({@code
 * quarkus.flyway.migrate-at-start=false}), that job and the service begin at the same time, and
 * nothing that asks the database may run before the one has ended: the service does not answer and
 * is not ready until then. For how long that may last is said by whoever watches the start.
 */
@Singleton
class SchemaAwaited {
  private static final Duration PAUSE = Duration.ofSeconds(1);

  /** Before the partitions, which are the first to use the tables, and the role's settings. */
  private static final int FIRST = Interceptor.Priority.PLATFORM_BEFORE - 2;

  private final Flyway flyway;
  private final boolean migrates;

  SchemaAwaited(
      Flyway flyway, @ConfigProperty(name = "quarkus.flyway.migrate-at-start") boolean migrates) {
    this.flyway = flyway;
    this.migrates = migrates;
  }

  void atStart(@Observes @Priority(FIRST) StartupEvent started) throws InterruptedException {
    if (!migrates) {
      await();
    }
  }

  /** Until no migration is left. A database that is away is waited for as well. */
  void await() throws InterruptedException {
    int known = 0;
    for (int left = left(); left != 0; left = left()) {
      if (left != known) {
        Log.infof("Waiting for the schema: %s", left < 0 ? "no database" : left + " migrations");
        known = left;
      }
      // Another process migrates, and nothing of it tells us.
      Thread.sleep(PAUSE);
    }
  }

  /** How many migrations are to come, or have failed; less than none when that cannot be had. */
  private int left() {
    try {
      var migrations = flyway.info();
      long failed =
          Arrays.stream(migrations.applied())
              .filter(migration -> migration.getState().isFailed())
              .count();
      return migrations.pending().length + (int) failed;
    } catch (FlywayException e) {
      Log.debugf("The schema cannot be looked at: %s", e.getMessage());
      return -1;
    }
  }
}
