package io.ordersystem.orders.order;

/**
 * How far the money of an order is; derived from its payment, never mixed into the order's status.
 */
public enum PaymentStatus {
  NONE,
  REQUIRES_ACTION,
  AUTHORIZED,
  PARTIALLY_CAPTURED,
  CAPTURED,
  PARTIALLY_REFUNDED,
  REFUNDED,
  FAILED
}
