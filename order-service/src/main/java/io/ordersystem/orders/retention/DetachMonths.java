package io.ordersystem.orders.retention;

import io.ordersystem.platform.sql.SqlFailures;
import io.ordersystem.platform.sql.Transactions;
import io.quarkus.logging.Log;
import io.quarkus.scheduler.Scheduled;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;

/**
 * Detaches months that are past their time. A table that somebody reads for long is left for the
 * next hour: detaching locks it against everybody.
 */
@ApplicationScoped
class DetachMonths {
  private final Transactions transactions;
  private final RetentionConfig config;
  private final Clock clock;

  DetachMonths(Transactions transactions, RetentionConfig config, Clock clock) {
    this.transactions = transactions;
    this.config = config;
    this.clock = clock;
  }

  @Scheduled(every = "1h", delayed = "10m", identity = "detach-months")
  Uni<Void> detach() {
    return config
        .keep()
        .map(keep -> detachBefore(clock.instant().minus(keep)))
        .orElseGet(() -> Uni.createFrom().voidItem());
  }

  /** One month in a transaction, until none is left that may go. */
  private Uni<Void> detachBefore(Instant before) {
    return transactions
        .inTransaction(tx ->
            tx.query("SELECT set_config('lock_timeout', '2s', true)")
                .chain(() ->
                    tx.query(
                        "SELECT detach_orders($1) AS detached",
                        OffsetDateTime.ofInstant(before, ZoneOffset.UTC))))
        .map(rows -> List.of(rows.iterator().next().getArrayOfStrings("detached")))
        .onFailure(SqlFailures::isPassing)
        .invoke(failure -> Log.warnf("Months are left for the next hour: %s", failure.getMessage()))
        // The next hour tries again; nothing was detached.
        .onFailure(SqlFailures::isPassing)
        .recoverWithItem(List.of())
        .chain(detached -> {
          if (detached.isEmpty()) {
            return Uni.createFrom().voidItem();
          }
          Log.infof("A month of orders was detached: %s", detached);
          return detachBefore(before);
        });
  }
}
