package io.ordersystem.orders.order;

import io.ordersystem.contracts.EventType;
import java.util.Locale;

/** Everything that can happen to an order, and the kind of event that tells of it. */
enum ChangeType {
  PLACED(EventType.ORDER_PLACED),
  PAYMENT_ACTION_REQUIRED(EventType.ORDER_UPDATED),
  CONFIRMED(EventType.ORDER_CONFIRMED),
  CANCELLED(EventType.ORDER_CANCELLED),
  LINES_CANCELLED(EventType.ORDER_UPDATED),
  ACCEPTED(EventType.ORDER_ACCEPTED),
  PARCEL_SHIPPED(EventType.ORDER_SHIPPED),
  /** Everything that was not cancelled has left. */
  SHIPPED(EventType.ORDER_SHIPPED),
  PARCEL_DELIVERED(EventType.ORDER_DELIVERED),
  DELIVERED(EventType.ORDER_DELIVERED),
  PAYMENT_CAPTURED(EventType.ORDER_UPDATED),
  CAPTURE_FAILED(EventType.ORDER_UPDATED),
  /** The provider let go of the authorisation before everything was captured. */
  PAYMENT_LAPSED(EventType.ORDER_UPDATED),
  REFUND_REQUESTED(EventType.ORDER_UPDATED),
  REFUNDED(EventType.ORDER_REFUNDED),
  REFUND_FAILED(EventType.ORDER_UPDATED),
  ADDRESS_CHANGED(EventType.ORDER_UPDATED),
  CONTACT_CHANGED(EventType.ORDER_UPDATED),
  /** On a parent: one of its children changed. */
  CHILD_CHANGED(EventType.ORDER_UPDATED);

  private final EventType event;

  ChangeType(EventType event) {
    this.event = event;
  }

  /** The name in events and in the timeline. */
  String wire() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** The change with that name. */
  static ChangeType named(String wire) {
    return valueOf(wire.toUpperCase(Locale.ROOT).replace('-', '_'));
  }

  EventType event() {
    return event;
  }
}
