package io.ordersystem.payments.charging;

import io.micrometer.core.instrument.MeterRegistry;
import io.ordersystem.contracts.EventType;
import io.ordersystem.payments.payment.Fact;
import io.ordersystem.payments.payment.Payment;
import io.ordersystem.payments.payment.Payment.Changed;
import io.ordersystem.platform.ids.Ids;
import io.ordersystem.platform.metrics.Durations;
import io.ordersystem.platform.sql.SqlFailures;
import io.quarkus.logging.Log;
import io.quarkus.scheduler.Scheduled;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What operators see of payments: outcomes, how long a payment took until it was decided, late
 * money, and how many outcomes are unknown for how long.
 */
@Singleton
class ChargingMetrics {
  private final MeterRegistry registry;
  private final Pool pool;
  private final Clock clock;
  private final AtomicLong unknown = new AtomicLong();
  private final AtomicLong oldestSeconds = new AtomicLong();
  private final AtomicLong unreadSeconds = new AtomicLong();

  ChargingMetrics(MeterRegistry registry, Pool pool, Clock clock) {
    this.registry = registry;
    this.pool = pool;
    this.clock = clock;
    registry.gauge("payments.unknown", unknown);
    registry.gauge("payments.unknown.oldest.seconds", oldestSeconds);
    registry.gauge("payments.webhooks.unread.seconds", unreadSeconds);
  }

  /** Counts what others were told. */
  void count(Changed changed) {
    EventType event = changed.event();
    if (event == null) {
      return;
    }
    Payment payment = changed.payment();
    String name = event.name().substring("PAYMENT_".length()).toLowerCase(Locale.ROOT);
    registry.counter("payments.outcomes", "outcome", name).increment();
    Log.infof("Payment %s of order %s: %s", payment.id(), payment.orderId(), name);
    switch (event) {
      case PAYMENT_AUTHORIZED, PAYMENT_DECLINED, PAYMENT_ACTION_REQUIRED -> {
        // What comes after a question to the customer took the customer's time.
        if (changed.before().authorization() != Fact.Result.ACTION_REQUIRED) {
          Durations.ofAnswers("payments.processing")
              .description("From the order's wish to the provider's first decision")
              .tag("outcome", name)
              .register(registry)
              .record(Duration.between(Ids.timeOf(payment.id()), clock.instant()));
        }
        String late = payment.state().voidReason();
        if (event == EventType.PAYMENT_AUTHORIZED && late != null) {
          // What an operator wrote behind the colon is no label.
          registry.counter("payments.late", "reason", late.split(":", 2)[0]).increment();
        }
      }
      default -> {}
    }
  }

  @Scheduled(every = "15s", delayed = "5s", identity = "unknown-payments")
  Uni<Void> look() {
    return pool.preparedQuery(
            """
            SELECT count(*) AS payments, min(created_at) AS since,
              (SELECT greatest(0, extract(epoch FROM now() - min(read_until)))::bigint FROM provider_lists) AS unread
            FROM payments WHERE status = 'UNKNOWN'
            """)
        .execute()
        .invoke(rows -> {
          var row = rows.iterator().next();
          unknown.set(row.getLong("payments"));
          Long unread = row.getLong("unread");
          unreadSeconds.set(unread == null ? 0 : unread);
          OffsetDateTime since = row.getOffsetDateTime("since");
          Instant now = clock.instant();
          oldestSeconds.set(
              since == null
                  ? 0
                  : Math.max(0, Duration.between(since.toInstant(), now).toSeconds()));
        })
        .onFailure(SqlFailures::isUnavailable)
        .invoke(failure -> Log.warnf("Unknown payments are counted later: %s", failure))
        .onFailure(SqlFailures::isUnavailable)
        .recoverWithNull()
        .replaceWithVoid();
  }
}
