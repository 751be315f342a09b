package io.ordersystem.payments.ledger;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One side of a booking.
 *
 * @param type what was booked, such as {@code CAPTURE_SUCCEEDED} or {@code PAYOUT}
 * @param reference what caused it: an operation's id, or a payout's reference
 * @param debitAmount minor units; 0 for a credit
 * @param creditAmount minor units; 0 for a debit
 */
public record EntryView(
    UUID transactionId,
    int line,
    String type,
    @Nullable UUID paymentId,
    @Nullable UUID orderId,
    String reference,
    String currency,
    long debitAmount,
    long creditAmount,
    Instant bookedAt) {}
