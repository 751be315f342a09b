package io.ordersystem.platform.outbox;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.ordersystem.platform.outbox.OutboxRelay.Lead;
import io.ordersystem.platform.sql.SqlFailures;
import io.quarkus.logging.Log;
import io.quarkus.scheduler.Scheduled;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jspecify.annotations.Nullable;

/** What waits in the outbox: read on demand by operators, and every few seconds for the metrics. */
@Singleton
public class OutboxStatus {
  /** Counting more would cost more than the number is worth. */
  private static final int MOST_COUNTED = 100_000;

  private static final int MOST_GAPS = 100;

  private static final String WAITING =
      """
      SELECT (SELECT position FROM outbox_cursor) AS cursor, count(*) AS depth,
             coalesce(extract(epoch FROM $1 - min(time)), 0)::float8 AS age
      FROM (SELECT time FROM outbox
            WHERE position > greatest($2, (SELECT highest FROM outbox_cursor)) LIMIT %d) waiting
      """
          .formatted(MOST_COUNTED);

  private final Pool pool;
  private final OutboxRelay relay;
  private final Clock clock;
  private final String instance;
  private volatile @Nullable View last;

  OutboxStatus(
      Pool pool,
      OutboxRelay relay,
      Clock clock,
      @ConfigProperty(name = "service.instance") String instance,
      MeterRegistry metrics) {
    this.pool = pool;
    this.relay = relay;
    this.clock = clock;
    this.instance = instance;
    Gauge.builder("outbox.depth", this, status -> status.sample(View::depth))
        .description("Committed events that are not in Kafka yet, at most " + MOST_COUNTED)
        .register(metrics);
    Gauge.builder("outbox.oldest.age", this, status -> status.sample(View::oldestAgeSeconds))
        .description("How long the oldest of them has waited")
        .baseUnit("seconds")
        .register(metrics);
    Gauge.builder("outbox.gaps", relay, from -> from.lead().map(l -> l.gaps().size()).orElse(0))
        .description("Positions that open transactions have taken, as the leader sees them")
        .register(metrics);
    Gauge.builder("outbox.leader", relay, from -> from.lead().isPresent() ? 1 : 0)
        .description("1 in the process that publishes for its service")
        .register(metrics);
  }

  /**
   * The outbox as this process sees it.
   *
   * @param leader whether this process publishes
   * @param position everything up to here is published or will never exist
   * @param publishedTo the highest published position; known to the leader only
   * @param depth committed events that are not in Kafka, as of the last cursor where this process
   *     does not lead. At most 100,000 are counted
   * @param oldestAgeSeconds how long the oldest of them has waited
   * @param gaps positions up to {@code publishedTo} that a transaction may still fill, at most 100
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record View(
      String instance,
      boolean leader,
      long position,
      @Nullable Long publishedTo,
      long depth,
      double oldestAgeSeconds,
      List<Long> gaps) {}

  /** Reads it from the database. */
  public Uni<View> read() {
    Lead lead = relay.lead().orElse(null);
    long from = lead == null ? 0 : lead.highest();
    return pool.preparedQuery(WAITING)
        .execute(Tuple.of(OffsetDateTime.ofInstant(clock.instant(), ZoneOffset.UTC), from))
        .map(rows -> {
          var row = rows.iterator().next();
          return new View(
              instance,
              lead != null,
              row.getLong("cursor"),
              lead == null ? null : lead.highest(),
              row.getLong("depth"),
              Math.max(0, row.getDouble("age")),
              lead == null ? List.of() : lead.gaps().stream().limit(MOST_GAPS).toList());
        });
  }

  @Scheduled(
      every = "5s",
      delayed = "5s",
      identity = "outbox-status",
      concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
  Uni<Void> sample() {
    return read()
        .ifNoItem()
        .after(Duration.ofSeconds(4))
        .fail()
        .invoke(view -> last = view)
        .onFailure(SqlFailures::isUnavailable)
        .invoke(failure -> {
          // No number is better than an old one.
          last = null;
          Log.debugf("The outbox cannot be sampled: %s", failure.toString());
        })
        .onFailure(SqlFailures::isUnavailable)
        .recoverWithNull()
        .replaceWithVoid();
  }

  private double sample(java.util.function.ToDoubleFunction<View> number) {
    View view = last;
    return view == null ? Double.NaN : number.applyAsDouble(view);
  }
}
