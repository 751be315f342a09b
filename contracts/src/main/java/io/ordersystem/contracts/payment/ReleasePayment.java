package io.ordersystem.contracts.payment;

import java.util.UUID;

/**
 * Command: a part of the money held for one child order will never be taken, because lines of it
 * were cancelled. The provider lets go of it once nothing more will be taken. Answered by {@code
 * payment.released}.
 *
 * @param operationId the cancellation's id
 * @param orderId the root order's
 * @param amount minor units, greater than 0
 */
public record ReleasePayment(
    UUID operationId, UUID orderId, UUID childOrderId, long amount, String reason) {}
