package io.ordersystem.devstack.data;

/** What has become of an order of a fill. */
enum Fate {
  DELIVERED("DELIVERED", "DELIVERED", "COMMITTED"),
  SHIPPED("SHIPPED", "SHIPPED", "COMMITTED"),
  PROCESSING("PROCESSING", "NONE", "ACTIVE"),
  CONFIRMED("CONFIRMED", "NONE", "ACTIVE"),
  OUT_OF_STOCK("CANCELLED", "NONE", "REJECTED"),
  /** Changed the mind before the stock was held. */
  CUSTOMER("CANCELLED", "NONE", "RELEASED");

  /** The status of the order and of its lines. */
  final String status;

  final String fulfilment;

  /** The status of its hold in inventory-service. */
  final String hold;

  Fate(String status, String fulfilment, String hold) {
    this.status = status;
    this.fulfilment = fulfilment;
    this.hold = hold;
  }

  boolean isCancelled() {
    return status.equals("CANCELLED");
  }

  boolean hasLeft() {
    return hold.equals("COMMITTED");
  }
}
