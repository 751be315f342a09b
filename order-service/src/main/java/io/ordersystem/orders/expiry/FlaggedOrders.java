package io.ordersystem.orders.expiry;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.ordersystem.platform.sql.SqlFailures;
import io.quarkus.logging.Log;
import io.quarkus.scheduler.Scheduled;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Counts the orders that need a look, for the gauge {@code order.sagas.flagged}. The count is as
 * old as a beat; every instance shows the same one.
 */
@ApplicationScoped
class FlaggedOrders {
  private final Pool pool;
  private final AtomicLong flagged = new AtomicLong();

  FlaggedOrders(Pool pool, MeterRegistry metrics) {
    this.pool = pool;
    Gauge.builder("order.sagas.flagged", flagged, AtomicLong::get)
        .description("Orders whose saga is stuck or was refused something")
        .register(metrics);
  }

  @Scheduled(every = "15s", delayed = "5s", identity = "count-flagged-orders")
  Uni<Void> count() {
    return pool.query("SELECT count(*) AS n FROM order_sagas WHERE flagged_at IS NOT NULL")
        .execute()
        .invoke(rows -> flagged.set(rows.iterator().next().getLong("n")))
        .replaceWithVoid()
        .onFailure(SqlFailures::isUnavailable)
        .invoke(failure -> Log.warnf("Flagged orders are not counted: %s", failure.getMessage()))
        // The next beat counts again.
        .onFailure(SqlFailures::isUnavailable)
        .recoverWithNull();
  }
}
