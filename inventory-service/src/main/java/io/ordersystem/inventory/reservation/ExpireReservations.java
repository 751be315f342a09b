package io.ordersystem.inventory.reservation;

import io.ordersystem.platform.sql.SqlFailures;
import io.quarkus.logging.Log;
import io.quarkus.scheduler.Scheduled;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;

/**
 * The seed's clean-up: reservations by REST whose time is up give their goods back. Those of orders
 * have no time here; order-service ends them.
 */
@ApplicationScoped
class ExpireReservations {
  private final ReservationEngine engine;

  ExpireReservations(ReservationEngine engine) {
    this.engine = engine;
  }

  @Scheduled(
      every = "1s",
      identity = "reservation-expiry",
      concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
  Uni<Void> expire() {
    return engine
        .expireDue()
        .onFailure(SqlFailures::isPassing)
        .invoke(failure -> Log.warnf("Due reservations wait for the database: %s", failure))
        .onFailure(SqlFailures::isPassing)
        .recoverWithNull();
  }
}
