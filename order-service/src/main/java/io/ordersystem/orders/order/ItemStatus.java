package io.ordersystem.orders.order;

/** The life of a line. */
public enum ItemStatus {
  PENDING,
  CONFIRMED,
  PROCESSING,
  SHIPPED,
  DELIVERED,
  CANCELLED,
  REFUNDED
}
