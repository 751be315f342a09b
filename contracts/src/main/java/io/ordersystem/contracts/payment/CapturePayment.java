package io.ordersystem.contracts.payment;

import java.util.UUID;

/**
 * Command: take money that is held for one child order (or the order itself when it is not split).
 * Answered by {@code payment.captured} or {@code payment.capture-failed} with the same {@code
 * operationId}; a repeat has no second effect, but one that failed is tried again.
 *
 * @param operationId the shipment's id
 * @param orderId the root order's
 * @param amount minor units, greater than 0
 */
public record CapturePayment(UUID operationId, UUID orderId, UUID childOrderId, long amount) {}
