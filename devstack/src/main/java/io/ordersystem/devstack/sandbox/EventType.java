package io.ordersystem.devstack.sandbox;

import com.fasterxml.jackson.annotation.JsonValue;

/** The facts that are announced by webhook, under Stripe's names. */
enum EventType {
  AMOUNT_CAPTURABLE_UPDATED("payment_intent.amount_capturable_updated"),
  SUCCEEDED("payment_intent.succeeded"),
  PAYMENT_FAILED("payment_intent.payment_failed"),
  REQUIRES_ACTION("payment_intent.requires_action"),
  CANCELED("payment_intent.canceled"),
  CHARGE_REFUNDED("charge.refunded");

  private final String wire;

  EventType(String wire) {
    this.wire = wire;
  }

  @JsonValue
  String wire() {
    return wire;
  }
}
