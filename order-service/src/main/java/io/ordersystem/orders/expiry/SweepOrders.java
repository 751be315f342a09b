package io.ordersystem.orders.expiry;

import io.ordersystem.orders.order.AdvanceOrders;
import io.ordersystem.orders.order.AdvanceOrders.Happening;
import io.ordersystem.orders.order.Saga;
import io.ordersystem.platform.events.Cause;
import io.ordersystem.platform.sql.SqlFailures;
import io.ordersystem.platform.sql.Transactions;
import io.quarkus.logging.Log;
import io.quarkus.scheduler.Scheduled;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * Looks for orders whose time is over: past {@code expires_at} they end, and where a step's answer
 * is overdue its command is sent again. Reads candidates without locking them; whether one is
 * really due is judged again once it is locked, so several instances may sweep at once.
 */
@ApplicationScoped
class SweepOrders {
  private static final int BATCH = 100;

  private static final String EXPIRED =
      """
      SELECT id FROM orders
      WHERE status = 'PENDING' AND expires_at <= $1 AND parent_order_id IS NULL
      ORDER BY expires_at, id LIMIT $2
      """;
  private static final String OVERDUE =
      "SELECT order_id AS id FROM order_sagas WHERE deadline <= $1 ORDER BY deadline LIMIT $2";

  private final Pool pool;
  private final Transactions transactions;
  private final AdvanceOrders advanceOrders;
  private final Clock clock;

  SweepOrders(Pool pool, Transactions transactions, AdvanceOrders advanceOrders, Clock clock) {
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
    return sweep(EXPIRED, Saga.Input.EXPIRED)
        .chain(() -> sweep(OVERDUE, Saga.Input.UNANSWERED))
        .onFailure(SqlFailures::isUnavailable)
        .invoke(failure -> Log.warnf("The sweep waits for the database: %s", failure.getMessage()))
        // The next beat looks again; nothing was decided.
        .onFailure(SqlFailures::isUnavailable)
        .recoverWithNull();
  }

  private Uni<Void> sweep(String query, Saga.Input input) {
    return pool.preparedQuery(query)
        .execute(Tuple.of(OffsetDateTime.ofInstant(clock.instant(), ZoneOffset.UTC), BATCH))
        .map(rows -> {
          List<UUID> ids = new ArrayList<>();
          rows.forEach(row -> ids.add(row.getUUID("id")));
          return ids;
        })
        .chain(ids -> advance(ids, input));
  }

  private Uni<Void> advance(List<UUID> ids, Saga.Input input) {
    if (ids.isEmpty()) {
      return Uni.createFrom().voidItem();
    }
    return transactions.inTransaction(tx ->
        advanceOrders.advance(
            tx, ids.stream().map(id -> Happening.of(id, input, Cause.NONE)).toList()));
  }
}
