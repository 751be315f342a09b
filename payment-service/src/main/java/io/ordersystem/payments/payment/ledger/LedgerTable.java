package io.ordersystem.payments.payment.ledger;

import io.ordersystem.platform.ids.Ids;
import io.ordersystem.platform.sql.Tx;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The books. Rows are only ever added; the database refuses what does not balance. */
@Singleton
public class LedgerTable {
  private final Ids ids;
  private final Clock clock;

  LedgerTable(Ids ids, Clock clock) {
    this.ids = ids;
    this.clock = clock;
  }

  /**
   * One booking.
   *
   * @param type what it books, such as {@code CAPTURE_SUCCEEDED}
   * @param paymentId null for a payout
   * @param reference what caused it
   * @param entries sum up to 0
   */
  public record Booking(
      String type,
      @Nullable UUID paymentId,
      String reference,
      String currency,
      List<LedgerEntry> entries) {}

  /** Writes a booking down, and answers its id. */
  public Uni<UUID> book(Tx tx, Booking booking) {
    UUID id = ids.next();
    List<LedgerEntry> entries = booking.entries();
    return tx.query(
            """
            WITH booked AS (
              INSERT INTO ledger_transactions (id, type, payment_id, reference, booked_at)
              VALUES ($1, $2, $3, $4, $5)
            )
            INSERT INTO ledger_entries (transaction_id, line, currency, account, amount)
            SELECT $1, e.line, $6, e.account, e.amount
            FROM unnest($7::text[], $8::bigint[]) WITH ORDINALITY AS e(account, amount, line)
            """,
            id,
            booking.type(),
            booking.paymentId(),
            booking.reference(),
            OffsetDateTime.ofInstant(clock.instant(), ZoneOffset.UTC),
            booking.currency(),
            entries.stream().map(LedgerEntry::account).toArray(String[]::new),
            entries.stream().map(LedgerEntry::amount).toArray(Long[]::new))
        .replaceWith(id);
  }
}
