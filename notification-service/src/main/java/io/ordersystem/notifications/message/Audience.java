package io.ordersystem.notifications.message;

/** Whom a message is for. */
public enum Audience {
  /** Who placed the order; the address is the order's contact. */
  CUSTOMER,
  /** Who fulfils it; the address is in the seller's preferences. */
  SELLER,
  /** Who runs the system; the address is configured. */
  OPERATOR
}
