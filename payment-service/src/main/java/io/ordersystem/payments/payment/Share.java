package io.ordersystem.payments.payment;

import java.util.UUID;

/** The part of a payment that belongs to one child order (the order itself when not split). */
public record Share(UUID orderId, String sellerId, long amount) {}
