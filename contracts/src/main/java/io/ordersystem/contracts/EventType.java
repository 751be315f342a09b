package io.ordersystem.contracts;

import io.ordersystem.contracts.inventory.CommitStock;
import io.ordersystem.contracts.inventory.ReleaseStock;
import io.ordersystem.contracts.inventory.ReservationChanged;
import io.ordersystem.contracts.inventory.ReserveStock;
import io.ordersystem.contracts.inventory.ReturnStock;
import io.ordersystem.contracts.inventory.StockState;
import io.ordersystem.contracts.notification.MessageChanged;
import io.ordersystem.contracts.order.OrderChanged;
import io.ordersystem.contracts.order.OrderContact;
import io.ordersystem.contracts.payment.AuthorizePayment;
import io.ordersystem.contracts.payment.CapturePayment;
import io.ordersystem.contracts.payment.PaymentChanged;
import io.ordersystem.contracts.payment.RefundPayment;
import io.ordersystem.contracts.payment.ReleasePayment;
import io.ordersystem.contracts.payment.VoidPayment;
import java.util.Arrays;
import java.util.Optional;

/**
 * Every kind of message that flows: its CloudEvents {@code type}, the topic it travels on, its
 * data, and the JSON Schema that the data must satisfy when it is produced. What is not listed here
 * cannot be published.
 */
public enum EventType {
  ORDER_PLACED("io.ordersystem.order.placed.v1", Topic.ORDER_EVENTS, OrderChanged.class),
  ORDER_UPDATED("io.ordersystem.order.updated.v1", Topic.ORDER_EVENTS, OrderChanged.class),
  ORDER_CONFIRMED("io.ordersystem.order.confirmed.v1", Topic.ORDER_EVENTS, OrderChanged.class),
  ORDER_CANCELLED("io.ordersystem.order.cancelled.v1", Topic.ORDER_EVENTS, OrderChanged.class),
  ORDER_ACCEPTED("io.ordersystem.order.accepted.v1", Topic.ORDER_EVENTS, OrderChanged.class),
  ORDER_SHIPPED("io.ordersystem.order.shipped.v1", Topic.ORDER_EVENTS, OrderChanged.class),
  ORDER_DELIVERED("io.ordersystem.order.delivered.v1", Topic.ORDER_EVENTS, OrderChanged.class),
  ORDER_REFUNDED("io.ordersystem.order.refunded.v1", Topic.ORDER_EVENTS, OrderChanged.class),
  ORDER_CONTACT_RECORDED(
      "io.ordersystem.order.contact-recorded.v1", Topic.ORDER_CONTACT, OrderContact.class),

  RESERVE_STOCK(
      "io.ordersystem.reservation.reserve.v1", Topic.RESERVATION_COMMANDS, ReserveStock.class),
  RELEASE_STOCK(
      "io.ordersystem.reservation.release.v1", Topic.RESERVATION_COMMANDS, ReleaseStock.class),
  COMMIT_STOCK(
      "io.ordersystem.reservation.commit.v1", Topic.RESERVATION_COMMANDS, CommitStock.class),
  RETURN_STOCK(
      "io.ordersystem.reservation.return.v1", Topic.RESERVATION_COMMANDS, ReturnStock.class),
  STOCK_RESERVED(
      "io.ordersystem.reservation.reserved.v1", Topic.RESERVATION_EVENTS, ReservationChanged.class),
  STOCK_REJECTED(
      "io.ordersystem.reservation.rejected.v1", Topic.RESERVATION_EVENTS, ReservationChanged.class),
  RESERVATION_RELEASED(
      "io.ordersystem.reservation.released.v1", Topic.RESERVATION_EVENTS, ReservationChanged.class),
  RESERVATION_COMMITTED(
      "io.ordersystem.reservation.committed.v1",
      Topic.RESERVATION_EVENTS,
      ReservationChanged.class),
  RESERVATION_RETURNED(
      "io.ordersystem.reservation.returned.v1", Topic.RESERVATION_EVENTS, ReservationChanged.class),
  STOCK_CHANGED("io.ordersystem.stock.changed.v1", Topic.STOCK_STATE, StockState.class),

  AUTHORIZE_PAYMENT(
      "io.ordersystem.payment.authorize.v1", Topic.PAYMENT_COMMANDS, AuthorizePayment.class),
  VOID_PAYMENT("io.ordersystem.payment.void.v1", Topic.PAYMENT_COMMANDS, VoidPayment.class),
  CAPTURE_PAYMENT(
      "io.ordersystem.payment.capture.v1", Topic.PAYMENT_COMMANDS, CapturePayment.class),
  RELEASE_PAYMENT(
      "io.ordersystem.payment.release.v1", Topic.PAYMENT_COMMANDS, ReleasePayment.class),
  REFUND_PAYMENT("io.ordersystem.payment.refund.v1", Topic.PAYMENT_COMMANDS, RefundPayment.class),
  PAYMENT_REQUESTED(
      "io.ordersystem.payment.requested.v1", Topic.PAYMENT_EVENTS, PaymentChanged.class),
  PAYMENT_UNKNOWN("io.ordersystem.payment.unknown.v1", Topic.PAYMENT_EVENTS, PaymentChanged.class),
  PAYMENT_ACTION_REQUIRED(
      "io.ordersystem.payment.action-required.v1", Topic.PAYMENT_EVENTS, PaymentChanged.class),
  PAYMENT_AUTHORIZED(
      "io.ordersystem.payment.authorized.v1", Topic.PAYMENT_EVENTS, PaymentChanged.class),
  PAYMENT_DECLINED(
      "io.ordersystem.payment.declined.v1", Topic.PAYMENT_EVENTS, PaymentChanged.class),
  PAYMENT_VOIDED("io.ordersystem.payment.voided.v1", Topic.PAYMENT_EVENTS, PaymentChanged.class),
  PAYMENT_CAPTURED(
      "io.ordersystem.payment.captured.v1", Topic.PAYMENT_EVENTS, PaymentChanged.class),
  PAYMENT_CAPTURE_FAILED(
      "io.ordersystem.payment.capture-failed.v1", Topic.PAYMENT_EVENTS, PaymentChanged.class),
  PAYMENT_RELEASED(
      "io.ordersystem.payment.released.v1", Topic.PAYMENT_EVENTS, PaymentChanged.class),
  PAYMENT_REFUNDED(
      "io.ordersystem.payment.refunded.v1", Topic.PAYMENT_EVENTS, PaymentChanged.class),
  PAYMENT_REFUND_FAILED(
      "io.ordersystem.payment.refund-failed.v1", Topic.PAYMENT_EVENTS, PaymentChanged.class),

  MESSAGE_QUEUED("io.ordersystem.message.queued.v1", Topic.MESSAGE_EVENTS, MessageChanged.class),
  MESSAGE_SENT("io.ordersystem.message.sent.v1", Topic.MESSAGE_EVENTS, MessageChanged.class),
  MESSAGE_FAILED("io.ordersystem.message.failed.v1", Topic.MESSAGE_EVENTS, MessageChanged.class);

  private final String ceType;
  private final Topic topic;
  private final Class<? extends Record> data;

  EventType(String ceType, Topic topic, Class<? extends Record> data) {
    this.ceType = ceType;
    this.topic = topic;
    this.data = data;
  }

  /** The CloudEvents {@code type} attribute. */
  public String ceType() {
    return ceType;
  }

  public Topic topic() {
    return topic;
  }

  /** The record that the JSON of the message reads into. */
  public Class<? extends Record> data() {
    return data;
  }

  /** Class-path resource of the closed JSON Schema (2020-12) of the data. */
  public String schemaResource() {
    return "/schemas/" + data.getSimpleName() + ".v1.json";
  }

  /** The {@code dataschema} attribute: a stable name of the schema, not a place to fetch it. */
  public String schemaUri() {
    return "urn:io.ordersystem:schema:" + data.getSimpleName() + ":1";
  }

  /** The type with that CloudEvents name; empty for one that this release does not know. */
  public static Optional<EventType> of(String ceType) {
    return Arrays.stream(values()).filter(type -> type.ceType.equals(ceType)).findFirst();
  }
}
