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
  FAILED;

  /**
   * Of a confirmed order.
   *
   * @param total minor units
   */
  static PaymentStatus of(long total, Order.Settled settled) {
    long due = total - settled.cancelled();
    if (due == 0) {
      return NONE;
    }
    if (settled.captured() == 0) {
      return AUTHORIZED;
    }
    boolean complete = settled.captured() >= due;
    if (settled.refunded() == 0) {
      return complete ? CAPTURED : PARTIALLY_CAPTURED;
    }
    return complete && settled.refunded() == settled.captured() ? REFUNDED : PARTIALLY_REFUNDED;
  }
}
