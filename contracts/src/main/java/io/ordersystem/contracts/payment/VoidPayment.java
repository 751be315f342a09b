package io.ordersystem.contracts.payment;

import java.util.UUID;

/**
 * Command: let go of whatever is authorised for the order; nothing may be charged for it any more,
 * also when its authorisation arrives later.
 */
public record VoidPayment(UUID orderId, String reason) {}
