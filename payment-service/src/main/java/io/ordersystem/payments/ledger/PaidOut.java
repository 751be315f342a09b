package io.ordersystem.payments.ledger;

import java.util.UUID;

/**
 * A payout that was booked.
 *
 * @param balance what the seller's account holds afterwards, minor units
 */
public record PaidOut(
    UUID transactionId,
    String sellerId,
    long amount,
    String currency,
    String reference,
    long balance) {}
