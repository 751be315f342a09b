package io.ordersystem.orders.order;

/** How far the goods of an order are. */
public enum FulfilmentStatus {
  NONE,
  PARTIAL,
  SHIPPED,
  DELIVERED
}
