package io.ordersystem.orders.expiry;

import io.micrometer.core.instrument.MeterRegistry;
import io.ordersystem.orders.order.AdvanceOrders;
import io.ordersystem.orders.order.AdvanceOrders.Happening;
import io.ordersystem.orders.order.OrderConfig;
import io.ordersystem.orders.order.Saga;
import io.ordersystem.platform.events.Cause;
import io.ordersystem.platform.sql.SqlFailures;
import io.ordersystem.platform.sql.Transactions;
import io.quarkus.logging.Log;
import io.quarkus.scheduler.Scheduled;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * Looks for orders whose time is over: past {@code expires_at} they end, and where a step's answer
 * is overdue its command is sent again. Reads candidates without locking them; whether one is
 * really due is judged again once it is locked, so several instances may sweep at once, and what
 * somebody else has locked is left for the next beat. A beat goes through all of them, page by
 * page: those that cannot be moved do not stand before the others, and are left to people after a
 * number of attempts.
 */
@ApplicationScoped
class SweepOrders {
  private static final int BATCH = 100;

  private static final String EXPIRED =
      """
      SELECT expires_at AS due, id FROM orders o
      WHERE status = 'PENDING' AND expires_at <= $1 AND (expires_at, id) > ($2, $3) AND parent_order_id IS NULL
        AND NOT EXISTS (SELECT FROM order_sagas s WHERE s.order_id = o.id AND s.sweep_failures >= $5)
      ORDER BY expires_at, id LIMIT $4
      """;
  private static final String OVERDUE =
      """
      SELECT least(deadline, pending_deadline) AS due, order_id AS id FROM order_sagas
      WHERE least(deadline, pending_deadline) <= $1 AND (least(deadline, pending_deadline), order_id) > ($2, $3)
        AND (deadline IS NOT NULL OR pending_deadline IS NOT NULL) AND sweep_failures < $5
      ORDER BY least(deadline, pending_deadline), order_id LIMIT $4
      """;

  /**
   * A saga that cannot be moved on is fenced by its version like any other, and flagged at last.
   */
  private static final String FAILED =
      """
      UPDATE order_sagas SET sweep_failures = sweep_failures + 1,
        flag = CASE WHEN sweep_failures + 1 >= $2 THEN 'it cannot be moved on' ELSE flag END,
        flagged_at = CASE WHEN sweep_failures + 1 >= $2 THEN coalesce(flagged_at, $3) ELSE flagged_at END
      WHERE order_id = $1
      """;

  private static final Candidate BEFORE_ALL =
      new Candidate(OffsetDateTime.ofInstant(Instant.EPOCH, ZoneOffset.UTC), new UUID(0, 0));

  private final Pool pool;
  private final Transactions transactions;
  private final AdvanceOrders advanceOrders;
  private final OrderConfig config;
  private final Clock clock;
  private final MeterRegistry metrics;

  SweepOrders(
      Pool pool,
      Transactions transactions,
      AdvanceOrders advanceOrders,
      OrderConfig config,
      Clock clock,
      MeterRegistry metrics) {
    this.config = config;
    this.metrics = metrics;
    this.pool = pool;
    this.transactions = transactions;
    this.advanceOrders = advanceOrders;
    this.clock = clock;
  }

  @Scheduled(
      every = "1s",
      delayed = "5s",
      identity = "sweep-orders",
      concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
  Uni<Void> sweep() {
    var now = OffsetDateTime.ofInstant(clock.instant(), ZoneOffset.UTC);
    return sweep(EXPIRED, Saga.Input.EXPIRED, now, BEFORE_ALL)
        .chain(() -> sweep(OVERDUE, Saga.Input.UNANSWERED, now, BEFORE_ALL))
        .onFailure(SqlFailures::isUnavailable)
        .invoke(failure -> Log.warnf("The sweep waits for the database: %s", failure.getMessage()))
        // The next beat looks again; nothing was decided.
        .onFailure(SqlFailures::isUnavailable)
        .recoverWithNull();
  }

  private record Candidate(OffsetDateTime due, UUID id) {}

  private Uni<Void> sweep(String query, Saga.Input input, OffsetDateTime now, Candidate last) {
    return pool.preparedQuery(query)
        .execute(Tuple.of(now, last.due(), last.id(), BATCH, config.sweepAttempts()))
        .map(rows -> {
          List<Candidate> page = new ArrayList<>();
          rows.forEach(
              row -> page.add(new Candidate(row.getOffsetDateTime("due"), row.getUUID("id"))));
          return page;
        })
        .chain(page -> {
          Uni<Void> advanced = advance(page.stream().map(Candidate::id).toList(), input);
          return page.size() < BATCH
              ? advanced
              : advanced.chain(() -> sweep(query, input, now, page.getLast()));
        });
  }

  private Uni<Void> advance(List<UUID> ids, Saga.Input input) {
    if (ids.isEmpty()) {
      return Uni.createFrom().voidItem();
    }
    return transactions
        .inTransaction(tx ->
            advanceOrders.advanceUnlocked(
                tx, ids.stream().map(id -> Happening.of(id, input, Cause.NONE)).toList()))
        .onFailure(failure -> !SqlFailures.isUnavailable(failure))
        .recoverWithUni(failure -> apart(ids, input, failure));
  }

  /** One of several cannot be moved: a transaction for each, so that only that one waits. */
  private Uni<Void> apart(List<UUID> ids, Saga.Input input, Throwable failure) {
    if (ids.size() == 1) {
      Log.errorf(failure, "Order %s cannot be moved on by %s", ids.getFirst(), input);
      metrics.counter("order.sweep.failures").increment();
      return pool.preparedQuery(FAILED)
          .execute(
              Tuple.of(
                  ids.getFirst(),
                  config.sweepAttempts(),
                  OffsetDateTime.ofInstant(clock.instant(), ZoneOffset.UTC)))
          .replaceWithVoid();
    }
    return Multi.createFrom()
        .iterable(ids)
        .onItem()
        .transformToUniAndConcatenate(id -> advance(List.of(id), input))
        .collect()
        .last()
        .replaceWithVoid();
  }
}
