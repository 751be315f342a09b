package io.ordersystem.platform.health;

import io.smallrye.health.api.AsyncHealthCheck;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import jakarta.inject.Singleton;
import java.time.Duration;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/**
 * Ready when the primary answers, takes writes, and has our schema. Kafka and Redis do not count:
 * without them a service still takes what it is asked and goes on later.
 */
@Readiness
@Singleton
class DatabaseReady implements AsyncHealthCheck {
  private static final Duration PATIENCE = Duration.ofSeconds(2);
  private static final String PROBE =
      """
      SELECT pg_is_in_recovery() AS standby,
             (SELECT max(version) FROM flyway_schema_history WHERE success) AS version
      """;

  private final Pool pool;

  DatabaseReady(Pool pool) {
    this.pool = pool;
  }

  @Override
  public Uni<HealthCheckResponse> call() {
    var answer = HealthCheckResponse.named("database");
    return pool.query(PROBE)
        .execute()
        .map(rows -> {
          var row = rows.iterator().next();
          return answer
              .status(!row.getBoolean("standby"))
              .withData("schema", String.valueOf(row.getString("version")))
              .build();
        })
        .ifNoItem()
        .after(PATIENCE)
        .fail()
        .onFailure()
        .recoverWithItem(
            failure -> answer.down().withData("reason", String.valueOf(failure)).build());
  }
}
