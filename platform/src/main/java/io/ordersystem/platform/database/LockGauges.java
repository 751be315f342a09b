package io.ordersystem.platform.database;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.scheduler.Scheduled;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import jakarta.inject.Singleton;
import java.util.List;

/**
 * How many sessions of the service's role wait for a lock at this moment, and how long the one that
 * has waited longest. Sampled more often than the rest: a service gives a wait up after 5 s.
 */
@Singleton
public class LockGauges {
  private static final String WAITING =
      """
      SELECT count(*) AS sessions, coalesce(max(seconds), 0) AS longest
      FROM (
      %s
      ) AS waiting
      WHERE role = current_user
      """
          .formatted(Figures.sql("locks.sql"));

  private final Figures figures;
  private volatile long sessions;
  private volatile double longest;

  LockGauges(Figures figures, MeterRegistry metrics) {
    this.figures = figures;
    Gauge.builder("db.locks.waiting", this, it -> it.sessions)
        .description("Sessions of this service's role that wait for a lock")
        .register(metrics);
    Gauge.builder("db.lock.wait.seconds", this, it -> it.longest)
        .description("How long the longest of them has waited")
        .register(metrics);
  }

  /** Reads them anew. */
  @Scheduled(
      every = "5s",
      delayed = "5s",
      identity = "lock-gauges",
      concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
  public Uni<Void> sample() {
    return figures.shown("locks", figures.rows(WAITING), this::show);
  }

  private void show(List<Row> waiting) {
    Row row = waiting.getFirst();
    sessions = row.getLong("sessions");
    longest = row.getDouble("longest");
  }
}
