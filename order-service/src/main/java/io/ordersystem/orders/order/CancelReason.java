package io.ordersystem.orders.order;

/** Why an order was cancelled. */
public enum CancelReason {
  OUT_OF_STOCK,
  PAYMENT_DECLINED,
  EXPIRED,
  CUSTOMER,
  SELLER,
  OPERATOR
}
