package io.ordersystem.orders.expiry;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import io.ordersystem.orders.order.Saga;
import io.ordersystem.platform.ids.Ids;
import io.ordersystem.platform.sql.SqlFailures;
import io.quarkus.logging.Log;
import io.quarkus.scheduler.Scheduled;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.ToDoubleFunction;

/**
 * How many orders wait for an answer, for how long, and how many need a look. The numbers are as
 * old as a beat; every instance shows the same ones.
 */
@ApplicationScoped
class SagaGauges {
  /** Counting more would cost more than the number is worth. */
  private static final int MOST_COUNTED = 100_000;

  /** Those that wait for nothing are not in the index, and are the most. */
  private static final String WAITING =
      """
      SELECT step, count(*) AS n, min(order_id::text) AS oldest,
             extract(epoch FROM $1 - min(due))::float8 AS overdue
      FROM (SELECT step, order_id, least(deadline, pending_deadline) AS due FROM order_sagas
            WHERE deadline IS NOT NULL OR pending_deadline IS NOT NULL
            ORDER BY least(deadline, pending_deadline) LIMIT %d) waiting
      GROUP BY step
      """
          .formatted(MOST_COUNTED);

  private static final String FLAGGED =
      "SELECT count(*) AS n FROM order_sagas WHERE flagged_at IS NOT NULL";

  private final Pool pool;
  private final Clock clock;
  private final AtomicLong flagged = new AtomicLong();
  private final MultiGauge waiting;
  private final MultiGauge oldest;
  private final MultiGauge overdue;

  SagaGauges(Pool pool, Clock clock, MeterRegistry metrics) {
    this.pool = pool;
    this.clock = clock;
    Gauge.builder("order.sagas.flagged", flagged, AtomicLong::get)
        .description("Orders whose saga is stuck or was refused something")
        .register(metrics);
    this.waiting =
        MultiGauge.builder("order.sagas.waiting")
            .description(
                "Orders that wait for an answer of another service, at most " + MOST_COUNTED)
            .register(metrics);
    this.oldest =
        MultiGauge.builder("order.sagas.oldest.age")
            .description("Age of the oldest order among them")
            .baseUnit("seconds")
            .register(metrics);
    this.overdue =
        MultiGauge.builder("order.sagas.overdue")
            .description("For how long the most overdue of these answers has been overdue, or 0")
            .baseUnit("seconds")
            .register(metrics);
  }

  @Scheduled(
      every = "15s",
      delayed = "5s",
      identity = "saga-gauges",
      concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
  Uni<Void> sample() {
    Instant now = clock.instant();
    return pool.query(FLAGGED)
        .execute()
        .invoke(rows -> flagged.set(rows.iterator().next().getLong("n")))
        .chain(() ->
            pool.preparedQuery(WAITING)
                .execute(Tuple.of(OffsetDateTime.ofInstant(now, ZoneOffset.UTC))))
        .invoke(rows -> show(rows, now))
        .replaceWithVoid()
        .onFailure(SqlFailures::isPassing)
        .invoke(failure -> Log.warnf("Waiting orders are not counted: %s", failure.getMessage()))
        // The next beat counts again.
        .onFailure(SqlFailures::isPassing)
        .recoverWithNull();
  }

  private void show(RowSet<Row> rows, Instant now) {
    var steps = new EnumMap<Saga.Step, Row>(Saga.Step.class);
    rows.forEach(row -> steps.put(Saga.Step.valueOf(row.getString("step")), row));
    show(waiting, steps, row -> row.getLong("n"));
    show(oldest, steps, row -> age(UUID.fromString(row.getString("oldest")), now));
    show(overdue, steps, row -> Math.max(0, row.getDouble("overdue")));
  }

  private static double age(UUID order, Instant now) {
    Duration age = Duration.between(Ids.timeOf(order), now);
    return Math.max(0, age.toMillis()) / (double) TimeUnit.SECONDS.toMillis(1);
  }

  /** Every step, also those at which nobody waits: a missing number would be taken for none. */
  private static void show(
      MultiGauge gauge, Map<Saga.Step, Row> steps, ToDoubleFunction<Row> number) {
    gauge.register(
        Arrays.stream(Saga.Step.values())
            .map(step -> {
              Row row = steps.get(step);
              return MultiGauge.Row.of(
                  Tags.of("step", step.name().toLowerCase(Locale.ROOT)),
                  row == null ? 0 : number.applyAsDouble(row));
            })
            .toList(),
        true);
  }
}
