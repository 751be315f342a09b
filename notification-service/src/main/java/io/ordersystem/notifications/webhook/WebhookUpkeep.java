package io.ordersystem.notifications.webhook;

import io.ordersystem.platform.sql.Transactions;
import io.quarkus.scheduler.Scheduled;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;

/**
 * Gives up what waits for dead and deleted endpoints, and forgets messages with their deliveries
 * and attempts when their time is over: a bounded number at a time, so that nobody waits for long.
 */
@Singleton
class WebhookUpkeep {
  private static final int AT_ONCE = 2_000;

  private final Transactions transactions;
  private final DeliveryQueue queue;
  private final WebhookConfig config;
  private final Clock clock;

  WebhookUpkeep(Transactions transactions, DeliveryQueue queue, WebhookConfig config, Clock clock) {
    this.transactions = transactions;
    this.queue = queue;
    this.config = config;
    this.clock = clock;
  }

  @Scheduled(
      every = "5s",
      delayed = "5s",
      identity = "webhook-give-up",
      concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
  Uni<Void> giveUp() {
    return transactions
        .inTransaction(tx -> queue.giveUp(tx, AT_ONCE))
        .chain(changed -> changed < AT_ONCE ? Uni.createFrom().voidItem() : giveUp());
  }

  @Scheduled(
      every = "10m",
      delayed = "1m",
      identity = "webhook-retention",
      concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
  Uni<Void> forget() {
    return transactions
        .inTransaction(tx ->
            tx.update(
                """
                DELETE FROM webhook_messages WHERE id = ANY (ARRAY(
                  SELECT id FROM webhook_messages WHERE created_at < $1 ORDER BY created_at LIMIT $2))
                """,
                OffsetDateTime.ofInstant(clock.instant().minus(config.keep()), ZoneOffset.UTC),
                AT_ONCE))
        .chain(deleted -> deleted < AT_ONCE ? forgetEndpoints() : forget());
  }

  /** A deleted endpoint is kept as long as its log. */
  private Uni<Void> forgetEndpoints() {
    return transactions
        .inTransaction(tx ->
            tx.update(
                """
                DELETE FROM webhook_endpoints e
                WHERE e.status = 'DELETED' AND NOT EXISTS (SELECT FROM webhook_deliveries d WHERE d.endpoint_id = e.id)
                """))
        .replaceWithVoid();
  }
}
