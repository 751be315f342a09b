package io.ordersystem.platform.idempotency;

import io.ordersystem.platform.sql.Transactions;
import io.quarkus.scheduler.Scheduled;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;

/** Forgets keys after the promised seven days, a bounded number at a time. */
@Singleton
public class KeyRetention {
  private static final Duration PROMISED = Duration.ofDays(7);
  private static final int AT_ONCE = 10_000;

  private final Transactions transactions;
  private final Clock clock;

  KeyRetention(Transactions transactions, Clock clock) {
    this.transactions = transactions;
    this.clock = clock;
  }

  /** Forgets every key that is past its time, in transactions of {@value #AT_ONCE} each. */
  @Scheduled(
      every = "10m",
      delayed = "1m",
      identity = "idempotency-keys",
      concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
  public Uni<Void> forget() {
    return transactions
        .inTransaction(tx ->
            tx.update(
                """
                DELETE FROM idempotency_keys WHERE ctid = ANY (ARRAY(
                  SELECT ctid FROM idempotency_keys WHERE created_at < $1 LIMIT $2))
                """,
                OffsetDateTime.ofInstant(clock.instant().minus(PROMISED), ZoneOffset.UTC),
                AT_ONCE))
        .chain(deleted -> deleted < AT_ONCE ? Uni.createFrom().voidItem() : forget());
  }
}
