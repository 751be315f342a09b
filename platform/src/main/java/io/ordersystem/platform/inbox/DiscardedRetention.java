package io.ordersystem.platform.inbox;

import io.ordersystem.platform.sql.Transactions;
import io.quarkus.scheduler.Scheduled;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;

/** Deletes discarded messages 90 days after they were discarded. */
@Singleton
class DiscardedRetention {
  private static final Duration KEPT = Duration.ofDays(90);
  private static final int AT_ONCE = 10_000;

  private final Transactions transactions;
  private final Clock clock;

  DiscardedRetention(Transactions transactions, Clock clock) {
    this.transactions = transactions;
    this.clock = clock;
  }

  @Scheduled(
      every = "1h",
      delayed = "3m",
      identity = "discarded-messages",
      concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
  Uni<Void> delete() {
    return transactions
        .inTransaction(tx ->
            tx.update(
                """
                DELETE FROM discarded_messages WHERE id = ANY (ARRAY(
                  SELECT id FROM discarded_messages WHERE discarded_at < $1 LIMIT $2))
                """,
                OffsetDateTime.ofInstant(clock.instant().minus(KEPT), ZoneOffset.UTC),
                AT_ONCE))
        .chain(deleted -> deleted < AT_ONCE ? Uni.createFrom().voidItem() : delete());
  }
}
