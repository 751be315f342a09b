package io.ordersystem.payments.payment;

import io.ordersystem.platform.sql.Transactions;
import io.ordersystem.platform.sql.Tx;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Notifications of the provider: kept once, and each makes its payment due for asking. */
@Singleton
public class ProviderHints {
  private final Transactions transactions;
  private final PaymentTable payments;
  private final WorkSignal signal;
  private final Clock clock;

  ProviderHints(Transactions transactions, PaymentTable payments, WorkSignal signal, Clock clock) {
    this.transactions = transactions;
    this.payments = payments;
    this.signal = signal;
    this.clock = clock;
  }

  /** Takes a notification; one that was taken before does nothing. */
  public Uni<Void> take(String id, String type, @Nullable String reference) {
    return transactions.inTransaction(tx ->
        tx.update(
                """
                INSERT INTO provider_events (id, type, provider_reference, received_at)
                VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING
                """,
                id,
                type,
                reference,
                OffsetDateTime.ofInstant(clock.instant(), ZoneOffset.UTC))
            .chain(fresh ->
                fresh == 1 && reference != null
                    ? makeDue(tx, reference)
                    : Uni.createFrom().voidItem()));
  }

  private Uni<Void> makeDue(Tx tx, String reference) {
    tx.afterCommit(signal::wake);
    return tx.query("SELECT * FROM payments WHERE provider_reference = $1 FOR UPDATE", reference)
        .map(PaymentTable::payments)
        .chain(found -> refresh(tx, found));
  }

  private Uni<Void> refresh(Tx tx, List<Payment> found) {
    return found.isEmpty()
        ? Uni.createFrom().voidItem()
        : payments.note(tx, found.getFirst().toBeRefreshed(), clock.instant());
  }
}
