package io.ordersystem.payments.reconciliation;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.ordersystem.platform.sql.SqlFailures;
import io.quarkus.logging.Log;
import io.quarkus.scheduler.Scheduled;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** Open breaks by type, the age of the oldest, and how long ago everything was last looked at. */
@ApplicationScoped
class ReconciliationMetrics {
  private static final String LOOK =
      """
      SELECT type, count(*) AS breaks, min(first_seen_at) AS since FROM reconciliation_breaks WHERE resolved_at IS NULL GROUP BY type
      UNION ALL
      SELECT 'last', 1, max(finished_at) FROM reconciliations WHERE status = 'SUCCEEDED'
      """;

  private final Pool pool;
  private final Clock clock;
  private final Map<Break.Type, AtomicLong> open = new EnumMap<>(Break.Type.class);
  private final AtomicLong oldestSeconds = new AtomicLong();
  private final AtomicLong lastSeconds = new AtomicLong();
  private final Instant startedAt;

  ReconciliationMetrics(Pool pool, Clock clock, MeterRegistry metrics) {
    this.pool = pool;
    this.clock = clock;
    this.startedAt = clock.instant();
    for (Break.Type type : Break.Type.values()) {
      var breaks = new AtomicLong();
      open.put(type, breaks);
      metrics.gauge("payments.reconciliation.breaks", List.of(Tag.of("type", type.wire())), breaks);
    }
    metrics.gauge("payments.reconciliation.oldest.break.seconds", oldestSeconds);
    metrics.gauge("payments.reconciliation.last.success.seconds", lastSeconds);
  }

  @Scheduled(every = "15s", delayed = "5s", identity = "reconciliation-metrics")
  Uni<Void> look() {
    return pool.query(LOOK)
        .execute()
        .invoke(rows -> {
          long oldest = 0;
          // Without any success the age of this process: a gauge of 0 would alarm nobody.
          lastSeconds.set(Duration.between(startedAt, clock.instant()).toSeconds());
          var found = new EnumMap<Break.Type, Long>(Break.Type.class);
          for (var row : rows) {
            String type = row.getString("type");
            long seconds = age(row.getOffsetDateTime("since"));
            if (type.equals("last") && row.getOffsetDateTime("since") != null) {
              lastSeconds.set(seconds);
            } else if (!type.equals("last")) {
              oldest = Math.max(oldest, seconds);
              for (Break.Type known : Break.Type.values()) {
                if (known.wire().equals(type)) {
                  found.put(known, row.getLong("breaks"));
                }
              }
            }
          }
          oldestSeconds.set(oldest);
          open.forEach((type, breaks) -> breaks.set(found.getOrDefault(type, 0L)));
        })
        .onFailure(SqlFailures::isUnavailable)
        .invoke(failure -> Log.warnf("Breaks are counted later: %s", failure))
        .onFailure(SqlFailures::isUnavailable)
        .recoverWithNull()
        .replaceWithVoid();
  }

  private long age(@Nullable OffsetDateTime since) {
    return since == null
        ? 0
        : Math.max(0, Duration.between(since.toInstant(), clock.instant()).toSeconds());
  }
}
