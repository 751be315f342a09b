package io.ordersystem.orders.order;

import io.ordersystem.contracts.payment.PaymentChanged;

/**
 * What payment-service said of a payment.
 *
 * @param version of the payment, by which an older word does not undo a newer one
 */
record LearnedPayment(PaymentChanged payment, long version) {}
