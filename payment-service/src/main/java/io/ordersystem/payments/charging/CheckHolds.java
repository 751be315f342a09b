package io.ordersystem.payments.charging;

import io.ordersystem.payments.payment.WorkSignal;
import io.ordersystem.platform.sql.SqlFailures;
import io.ordersystem.platform.sql.Transactions;
import io.quarkus.logging.Log;
import io.quarkus.scheduler.Scheduled;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;

/**
 * Has the provider asked about holds that are so old that it may have let go of them: its own
 * notification of that may have been lost, and a seller must not ship what will not be paid.
 */
@ApplicationScoped
class CheckHolds {
  private static final int AT_ONCE = 100;
  private static final Duration AGAIN = Duration.ofHours(1);
  private static final String MAKE_DUE =
      """
      UPDATE payments SET task = 'REFRESH', attempts = 0, next_attempt_at = $1, refreshed_at = $1
      WHERE id = ANY (ARRAY(
        SELECT id FROM payments
        WHERE NOT closed AND authorized_amount > 0 AND authorized_at <= $2
          AND (task IS NULL OR (task = 'SETTLE' AND NOT EXISTS (
                SELECT FROM payment_operations o
                WHERE o.payment_id = payments.id AND o.status IN ('REQUESTED', 'SUBMITTED', 'UNKNOWN'))))
          AND (leased_until IS NULL OR leased_until <= $1) AND (refreshed_at IS NULL OR refreshed_at <= $3)
        ORDER BY authorized_at LIMIT $4 FOR UPDATE SKIP LOCKED))
      """;

  private final Transactions transactions;
  private final WorkSignal signal;
  private final ChargingConfig config;
  private final Clock clock;

  CheckHolds(Transactions transactions, WorkSignal signal, ChargingConfig config, Clock clock) {
    this.transactions = transactions;
    this.signal = signal;
    this.config = config;
    this.clock = clock;
  }

  @Scheduled(every = "15s", delayed = "10s", identity = "check-holds")
  Uni<Void> check() {
    Instant now = clock.instant();
    return transactions
        .inTransaction(tx ->
            tx.update(
                    MAKE_DUE,
                    time(now),
                    time(now.minus(config.holdsLiveFor())),
                    time(now.minus(AGAIN)),
                    AT_ONCE)
                .invoke(due -> {
                  if (due > 0) {
                    tx.afterCommit(signal::wake);
                  }
                }))
        .onFailure(SqlFailures::isUnavailable)
        .invoke(failure -> Log.warnf("Old holds are looked at later: %s", failure))
        .onFailure(SqlFailures::isUnavailable)
        .recoverWithNull()
        .replaceWithVoid();
  }

  private static OffsetDateTime time(Instant instant) {
    return OffsetDateTime.ofInstant(instant, ZoneOffset.UTC);
  }
}
