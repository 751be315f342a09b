package io.ordersystem.contracts;

import io.ordersystem.contracts.inventory.CommitStock;
import io.ordersystem.contracts.inventory.ReleaseStock;
import io.ordersystem.contracts.inventory.ReservationChanged;
import io.ordersystem.contracts.inventory.ReserveStock;
import io.ordersystem.contracts.inventory.ReturnStock;
import io.ordersystem.contracts.inventory.StockLevelChanged;
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
  ORDER_PLACED(
      "io.ordersystem.order.placed.v1",
      Topic.ORDER_EVENTS,
      OrderChanged.class,
      "An order was taken; stock and money are being asked for"),
  ORDER_UPDATED(
      "io.ordersystem.order.updated.v1",
      Topic.ORDER_EVENTS,
      OrderChanged.class,
      "Something smaller changed: an amount, a payment, an address, a child order"),
  ORDER_CONFIRMED(
      "io.ordersystem.order.confirmed.v1",
      Topic.ORDER_EVENTS,
      OrderChanged.class,
      "Stock is held and the money authorised"),
  ORDER_CANCELLED(
      "io.ordersystem.order.cancelled.v1",
      Topic.ORDER_EVENTS,
      OrderChanged.class,
      "The whole order was cancelled"),
  ORDER_ACCEPTED(
      "io.ordersystem.order.accepted.v1",
      Topic.ORDER_EVENTS,
      OrderChanged.class,
      "The seller has accepted it"),
  ORDER_SHIPPED(
      "io.ordersystem.order.shipped.v1",
      Topic.ORDER_EVENTS,
      OrderChanged.class,
      "A parcel has left, or everything has"),
  ORDER_DELIVERED(
      "io.ordersystem.order.delivered.v1",
      Topic.ORDER_EVENTS,
      OrderChanged.class,
      "A parcel has arrived, or everything has"),
  ORDER_REFUNDED(
      "io.ordersystem.order.refunded.v1",
      Topic.ORDER_EVENTS,
      OrderChanged.class,
      "Money was given back"),
  ORDER_CONTACT_RECORDED(
      "io.ordersystem.order.contact-recorded.v1",
      Topic.ORDER_CONTACT,
      OrderContact.class,
      "Who is behind an order and where it goes: personal data"),

  RESERVE_STOCK(
      "io.ordersystem.reservation.reserve.v1",
      Topic.RESERVATION_COMMANDS,
      ReserveStock.class,
      "Hold these lines, all or none"),
  RELEASE_STOCK(
      "io.ordersystem.reservation.release.v1",
      Topic.RESERVATION_COMMANDS,
      ReleaseStock.class,
      "Let go of a hold, or of some units of it"),
  COMMIT_STOCK(
      "io.ordersystem.reservation.commit.v1",
      Topic.RESERVATION_COMMANDS,
      CommitStock.class,
      "These units leave the stock"),
  RETURN_STOCK(
      "io.ordersystem.reservation.return.v1",
      Topic.RESERVATION_COMMANDS,
      ReturnStock.class,
      "These units come back into the stock"),
  STOCK_RESERVED(
      "io.ordersystem.reservation.reserved.v1",
      Topic.RESERVATION_EVENTS,
      ReservationChanged.class,
      "Every line is held"),
  STOCK_REJECTED(
      "io.ordersystem.reservation.rejected.v1",
      Topic.RESERVATION_EVENTS,
      ReservationChanged.class,
      "Nothing is held, because some line was short"),
  RESERVATION_RELEASED(
      "io.ordersystem.reservation.released.v1",
      Topic.RESERVATION_EVENTS,
      ReservationChanged.class,
      "Units were let go of"),
  RESERVATION_COMMITTED(
      "io.ordersystem.reservation.committed.v1",
      Topic.RESERVATION_EVENTS,
      ReservationChanged.class,
      "Units have left the stock"),
  RESERVATION_RETURNED(
      "io.ordersystem.reservation.returned.v1",
      Topic.RESERVATION_EVENTS,
      ReservationChanged.class,
      "Units have come back into the stock"),
  RESERVATION_EXTENDED(
      "io.ordersystem.reservation.extended.v1",
      Topic.RESERVATION_EVENTS,
      ReservationChanged.class,
      "It is held for longer"),
  RESERVATION_EXPIRED(
      "io.ordersystem.reservation.expired.v1",
      Topic.RESERVATION_EVENTS,
      ReservationChanged.class,
      "Its time was up, and what was still held was let go of"),
  STOCK_LOW(
      "io.ordersystem.stock.low.v1",
      Topic.STOCK_EVENTS,
      StockLevelChanged.class,
      "No more than the threshold can be had"),
  STOCK_OUT(
      "io.ordersystem.stock.out.v1",
      Topic.STOCK_EVENTS,
      StockLevelChanged.class,
      "Nothing can be had any more"),
  STOCK_BACK(
      "io.ordersystem.stock.back.v1",
      Topic.STOCK_EVENTS,
      StockLevelChanged.class,
      "Something can be had again"),
  STOCK_CHANGED(
      "io.ordersystem.stock.changed.v1",
      Topic.STOCK_STATE,
      StockState.class,
      "Price and availability of one offer as they are now"),

  AUTHORIZE_PAYMENT(
      "io.ordersystem.payment.authorize.v1",
      Topic.PAYMENT_COMMANDS,
      AuthorizePayment.class,
      "Hold the money of an order"),
  VOID_PAYMENT(
      "io.ordersystem.payment.void.v1",
      Topic.PAYMENT_COMMANDS,
      VoidPayment.class,
      "Let go of all that is held"),
  CAPTURE_PAYMENT(
      "io.ordersystem.payment.capture.v1",
      Topic.PAYMENT_COMMANDS,
      CapturePayment.class,
      "Take a part of what is held"),
  RELEASE_PAYMENT(
      "io.ordersystem.payment.release.v1",
      Topic.PAYMENT_COMMANDS,
      ReleasePayment.class,
      "A part of what is held will not be taken"),
  REFUND_PAYMENT(
      "io.ordersystem.payment.refund.v1",
      Topic.PAYMENT_COMMANDS,
      RefundPayment.class,
      "Give a part of what was taken back"),
  PAYMENT_REQUESTED(
      "io.ordersystem.payment.requested.v1",
      Topic.PAYMENT_EVENTS,
      PaymentChanged.class,
      "The provider will be asked"),
  PAYMENT_UNKNOWN(
      "io.ordersystem.payment.unknown.v1",
      Topic.PAYMENT_EVENTS,
      PaymentChanged.class,
      "The provider was asked and has not answered; it will be asked again"),
  PAYMENT_ACTION_REQUIRED(
      "io.ordersystem.payment.action-required.v1",
      Topic.PAYMENT_EVENTS,
      PaymentChanged.class,
      "The customer has to confirm the payment"),
  PAYMENT_AUTHORIZED(
      "io.ordersystem.payment.authorized.v1",
      Topic.PAYMENT_EVENTS,
      PaymentChanged.class,
      "The money is held"),
  PAYMENT_DECLINED(
      "io.ordersystem.payment.declined.v1",
      Topic.PAYMENT_EVENTS,
      PaymentChanged.class,
      "The provider refused to hold the money"),
  PAYMENT_VOIDED(
      "io.ordersystem.payment.voided.v1",
      Topic.PAYMENT_EVENTS,
      PaymentChanged.class,
      "All that was held was let go of"),
  PAYMENT_CAPTURED(
      "io.ordersystem.payment.captured.v1",
      Topic.PAYMENT_EVENTS,
      PaymentChanged.class,
      "A part of what was held was taken"),
  PAYMENT_CAPTURE_FAILED(
      "io.ordersystem.payment.capture-failed.v1",
      Topic.PAYMENT_EVENTS,
      PaymentChanged.class,
      "The provider refused to take a part"),
  PAYMENT_RELEASED(
      "io.ordersystem.payment.released.v1",
      Topic.PAYMENT_EVENTS,
      PaymentChanged.class,
      "A part of what is held will not be taken any more"),
  PAYMENT_REFUNDED(
      "io.ordersystem.payment.refunded.v1",
      Topic.PAYMENT_EVENTS,
      PaymentChanged.class,
      "A part of what was taken was given back"),
  PAYMENT_REFUND_FAILED(
      "io.ordersystem.payment.refund-failed.v1",
      Topic.PAYMENT_EVENTS,
      PaymentChanged.class,
      "The provider refused to give a part back, or it bounced"),
  PAYMENT_ADVANCED(
      "io.ordersystem.payment.advanced.v1",
      Topic.PAYMENT_EVENTS,
      PaymentChanged.class,
      "A part was taken ahead of the parcels that will use it"),
  PAYMENT_RETURNED(
      "io.ordersystem.payment.returned.v1",
      Topic.PAYMENT_EVENTS,
      PaymentChanged.class,
      "What was taken ahead and no parcel will use was given back"),
  PAYMENT_RETURN_FAILED(
      "io.ordersystem.payment.return-failed.v1",
      Topic.PAYMENT_EVENTS,
      PaymentChanged.class,
      "What was taken ahead could not be given back: somebody has to look"),
  PAYMENT_DISPUTED(
      "io.ordersystem.payment.disputed.v1",
      Topic.PAYMENT_EVENTS,
      PaymentChanged.class,
      "The card holder contests a charge, and the provider has withdrawn the money"),
  PAYMENT_DISPUTE_WON(
      "io.ordersystem.payment.dispute-won.v1",
      Topic.PAYMENT_EVENTS,
      PaymentChanged.class,
      "A contested charge was upheld, and the money is back"),

  MESSAGE_QUEUED(
      "io.ordersystem.message.queued.v1",
      Topic.MESSAGE_EVENTS,
      MessageChanged.class,
      "A message to somebody will be sent"),
  MESSAGE_SENT(
      "io.ordersystem.message.sent.v1",
      Topic.MESSAGE_EVENTS,
      MessageChanged.class,
      "It was handed over to the mail server"),
  MESSAGE_FAILED(
      "io.ordersystem.message.failed.v1",
      Topic.MESSAGE_EVENTS,
      MessageChanged.class,
      "It was given up after every attempt");

  private final String ceType;
  private final Topic topic;
  private final Class<? extends Record> data;
  private final String meaning;

  EventType(String ceType, Topic topic, Class<? extends Record> data, String meaning) {
    this.ceType = ceType;
    this.topic = topic;
    this.data = data;
    this.meaning = meaning;
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

  /** What it says, in one sentence, for the contract's readers. */
  public String meaning() {
    return meaning;
  }

  /** Class-path resource of the closed JSON Schema (2020-12) of the data. */
  public String schemaResource() {
    return "/schemas/" + data.getSimpleName() + ".v1.json";
  }

  /** Class-path resource of its open twin: what a reader may rely on. */
  public String openSchemaResource() {
    return "/schemas/open/" + data.getSimpleName() + ".v1.json";
  }

  /** The {@code dataschema} attribute: a stable name of the schema, not a place to fetch it. */
  public String schemaUri() {
    return "urn:io.ordersystem:schema:" + data.getSimpleName() + ":1";
  }

  /** The type with that CloudEvents name; empty for one that this release does not know. */
  public static Optional<EventType> of(String ceType) {
    return Arrays.stream(values()).filter(type -> type.ceType.equals(ceType)).findFirst();
  }

  /** Whether that is another version of a type that this release knows. */
  public static boolean isOtherVersion(String ceType) {
    return of(ceType).isEmpty()
        && Arrays.stream(values())
            .anyMatch(type -> withoutVersion(type.ceType).equals(withoutVersion(ceType)));
  }

  private static String withoutVersion(String ceType) {
    return ceType.replaceFirst("\\.v\\d+$", "");
  }
}
