package io.ordersystem.notifications.intake;

import io.ordersystem.contracts.order.OrderChanged;
import io.ordersystem.contracts.order.OrderChanged.Change;
import io.ordersystem.notifications.message.Message.Template;
import io.ordersystem.notifications.message.OrderContent;
import io.ordersystem.platform.events.Received;
import java.util.Optional;
import java.util.UUID;

/**
 * What the customer is told because of an event: of the order it placed as a whole when it is
 * confirmed or cancelled, and of an order with lines when a parcel leaves, a part is cancelled or
 * money is given back. Children that are cancelled together with their parent are not told of
 * apart.
 */
record Notice(Received event, Template template, OrderContent content) {

  static Optional<Notice> of(Received event) {
    OrderChanged order = event.as(OrderChanged.class);
    for (Change change : order.changes()) {
      Optional<Notice> notice = of(event, order, change);
      if (notice.isPresent()) {
        return notice;
      }
    }
    return Optional.empty();
  }

  private static Optional<Notice> of(Received event, OrderChanged order, Change change) {
    boolean root = order.orderId().equals(order.rootOrderId());
    return switch (change.type()) {
      case "confirmed" -> root ? whole(event, Template.ORDER_CONFIRMED, order) : Optional.empty();
      case "cancelled" -> {
        if (root) {
          yield whole(event, Template.ORDER_CANCELLED, order);
        }
        yield "CANCELLED".equals(order.rootStatus())
            ? Optional.empty()
            : whole(event, Template.ORDER_PART_CANCELLED, order);
      }
      case "lines-cancelled" -> whole(event, Template.ORDER_PART_CANCELLED, order);
      case "parcel-shipped" ->
          order.shipments().stream()
              .filter(shipment -> shipment.shipmentId().equals(id(change)))
              .findFirst()
              .map(shipment ->
                  new Notice(
                      event, Template.ORDER_SHIPPED, OrderContent.ofParcel(order, shipment)));
      case "refunded" ->
          order.refunds().stream()
              .filter(refund -> refund.refundId().equals(id(change)))
              .findFirst()
              .map(refund ->
                  new Notice(event, Template.ORDER_REFUNDED, OrderContent.ofRefund(order, refund)));
      default -> Optional.empty();
    };
  }

  private static Optional<Notice> whole(Received event, Template template, OrderChanged order) {
    return Optional.of(new Notice(event, template, OrderContent.of(order)));
  }

  private static UUID id(Change change) {
    return UUID.fromString(String.valueOf(change.detail()));
  }

  /** The root order: all its messages belong together, and its contact is the recipient. */
  UUID orderId() {
    return event.as(OrderChanged.class).rootOrderId();
  }

  String customerId() {
    return event.as(OrderChanged.class).customerId();
  }
}
