package io.ordersystem.contracts.payment;

import java.util.UUID;

/**
 * Command: give back money that was taken for one child order. Answered by {@code payment.refunded}
 * or {@code payment.refund-failed}; a repeat has no second effect, also of one that failed.
 *
 * @param operationId the refund's id
 * @param orderId the root order's
 * @param amount minor units, greater than 0
 */
public record RefundPayment(
    UUID operationId, UUID orderId, UUID childOrderId, long amount, String reason) {}
