package io.ordersystem.notifications.intake;

import io.ordersystem.contracts.order.OrderChanged;
import io.ordersystem.contracts.order.OrderChanged.Change;
import io.ordersystem.notifications.message.OrderContent;
import io.ordersystem.notifications.message.Template;
import io.ordersystem.platform.events.Received;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What one party is told because of an event; at most one notice each.
 *
 * <p>The customer is told of the order it placed as a whole when it is confirmed or cancelled, and
 * of an order with lines when a parcel leaves, a part is cancelled or money is given back. Children
 * that are cancelled together with their parent are not told of apart.
 *
 * <p>A seller is told of its own order, be it a child or the whole: when there is something to
 * fulfil, and when all or some of it no longer is.
 *
 * @param sellerId null for the customer
 */
record Notice(
    Received event,
    OrderChanged order,
    @Nullable String sellerId,
    Template template,
    OrderContent content) {

  static List<Notice> of(Received event) {
    OrderChanged order = event.as(OrderChanged.class);
    var notices = new ArrayList<Notice>();
    order.changes().stream()
        .map(change -> toCustomer(event, order, change))
        .flatMap(Optional::stream)
        .findFirst()
        .ifPresent(notices::add);
    order.changes().stream()
        .map(change -> toSeller(event, order, change))
        .flatMap(Optional::stream)
        .findFirst()
        .ifPresent(notices::add);
    return notices;
  }

  private static Optional<Notice> toCustomer(Received event, OrderChanged order, Change change) {
    boolean root = order.orderId().equals(order.rootOrderId());
    return switch (change.type()) {
      case "confirmed" ->
          root
              ? customer(event, order, Template.ORDER_CONFIRMED, OrderContent.of(order))
              : Optional.empty();
      case "cancelled" -> {
        if (root) {
          yield customer(event, order, Template.ORDER_CANCELLED, OrderContent.of(order));
        }
        yield "CANCELLED".equals(order.rootStatus())
            ? Optional.empty()
            : customer(event, order, Template.ORDER_PART_CANCELLED, OrderContent.of(order));
      }
      case "lines-cancelled" ->
          customer(event, order, Template.ORDER_PART_CANCELLED, OrderContent.of(order));
      case "parcel-shipped" ->
          order.shipments().stream()
              .filter(shipment -> shipment.shipmentId().equals(id(change)))
              .findFirst()
              .flatMap(shipment ->
                  customer(
                      event,
                      order,
                      Template.ORDER_SHIPPED,
                      OrderContent.ofParcel(order, shipment)));
      case "refunded" ->
          order.refunds().stream()
              .filter(refund -> refund.refundId().equals(id(change)))
              .findFirst()
              .flatMap(refund ->
                  customer(
                      event, order, Template.ORDER_REFUNDED, OrderContent.ofRefund(order, refund)));
      default -> Optional.empty();
    };
  }

  /** Of an order with one seller; what it says has nothing of the customer. */
  private static Optional<Notice> toSeller(Received event, OrderChanged order, Change change) {
    if (order.sellerId() == null) {
      return Optional.empty();
    }
    return switch (change.type()) {
      case "confirmed" ->
          seller(event, order, Template.SELLER_ORDER_CONFIRMED, OrderContent.of(order));
      case "cancelled" ->
          seller(event, order, Template.SELLER_ORDER_CANCELLED, OrderContent.of(order));
      case "lines-cancelled" ->
          seller(
              event, order, Template.SELLER_LINES_CANCELLED, OrderContent.ofCancelledLines(order));
      default -> Optional.empty();
    };
  }

  private static Optional<Notice> customer(
      Received event, OrderChanged order, Template template, OrderContent content) {
    return Optional.of(new Notice(event, order, null, template, content));
  }

  private static Optional<Notice> seller(
      Received event, OrderChanged order, Template template, OrderContent content) {
    return Optional.of(new Notice(event, order, order.sellerId(), template, content));
  }

  private static UUID id(Change change) {
    return UUID.fromString(String.valueOf(change.detail()));
  }

  /**
   * The order as its recipient knows it. A customer's messages belong together under the root
   * order, whose contact is the recipient.
   */
  UUID orderId() {
    return sellerId == null ? order.rootOrderId() : order.orderId();
  }

  /** The root order where it is not {@link #orderId}. */
  @Nullable UUID otherRoot() {
    return orderId().equals(order.rootOrderId()) ? null : order.rootOrderId();
  }

  /** Null for a seller's: it is none of the customer's messages. */
  @Nullable String customerId() {
    return sellerId == null ? order.customerId() : null;
  }

  /**
   * Whether only those are told who were told before: an order that was never confirmed is nothing
   * to a seller, and its event does not say whether it was.
   */
  boolean takesBack() {
    return template == Template.SELLER_ORDER_CANCELLED
        || template == Template.SELLER_LINES_CANCELLED;
  }
}
