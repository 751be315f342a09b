package io.ordersystem.devstack.sandbox;

import com.fasterxml.jackson.annotation.JsonValue;

/** The facts that are announced by webhook, under Stripe's names. */
enum EventType {
  AMOUNT_CAPTURABLE_UPDATED("payment_intent.amount_capturable_updated", Subject.INTENT),
  SUCCEEDED("payment_intent.succeeded", Subject.INTENT),
  PAYMENT_FAILED("payment_intent.payment_failed", Subject.INTENT),
  REQUIRES_ACTION("payment_intent.requires_action", Subject.INTENT),
  CANCELED("payment_intent.canceled", Subject.INTENT),
  CHARGE_REFUNDED("charge.refunded", Subject.CHARGE),
  REFUND_CREATED("refund.created", Subject.REFUND),
  REFUND_UPDATED("refund.updated", Subject.REFUND),
  REFUND_FAILED("refund.failed", Subject.REFUND),
  DISPUTE_CREATED("charge.dispute.created", Subject.DISPUTE),
  DISPUTE_FUNDS_WITHDRAWN("charge.dispute.funds_withdrawn", Subject.DISPUTE),
  DISPUTE_CLOSED("charge.dispute.closed", Subject.DISPUTE),
  DISPUTE_FUNDS_REINSTATED("charge.dispute.funds_reinstated", Subject.DISPUTE);

  /** What an event is about, and so its {@code data.object}. */
  enum Subject {
    INTENT,
    CHARGE,
    REFUND,
    DISPUTE
  }

  private final String wire;
  private final Subject subject;

  EventType(String wire, Subject subject) {
    this.wire = wire;
    this.subject = subject;
  }

  @JsonValue
  String wire() {
    return wire;
  }

  Subject subject() {
    return subject;
  }
}
