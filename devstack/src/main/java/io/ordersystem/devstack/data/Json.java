package io.ordersystem.devstack.data;

import io.ordersystem.devstack.data.MadeOrder.Leaf;
import io.ordersystem.devstack.data.MadeOrder.Line;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;

/** The documents within the rows, as the services write them. No text in them needs escaping. */
final class Json {
  private Json() {}

  static String contact(int customer) {
    return "{\"name\": \"%s\", \"email\": \"%s\", \"locale\": \"en\"}"
        .formatted(People.name(customer), People.email(customer));
  }

  static String address(int customer) {
    return "{\"name\": \"%s\", \"line1\": \"%s\", \"city\": \"%s\", \"postalCode\": \"%05d\", \"country\": \"DE\"}"
        .formatted(
            People.name(customer),
            People.street(customer),
            People.city(customer),
            10_000 + customer % 80_000);
  }

  /** One parcel with everything; it costs nothing, so nothing is captured. */
  static String shipments(Leaf leaf, Life life) {
    String lines =
        leaf.lines().stream()
            .map(line ->
                "{\"itemId\": \"%s\", \"quantity\": %d}".formatted(line.id(), line.quantity()))
            .collect(Collectors.joining(", "));
    String delivered =
        life.isDelivered() ? ", \"deliveredAt\": \"%s\"".formatted(life.delivered()) : "";
    return "[{\"id\": \"%s\", \"carrier\": \"DHL\", \"trackingNumber\": \"%s\", \"lines\": [%s], \"amount\": 0, \"shippingAmount\": 0, \"capture\": \"NONE\", \"shippedAt\": \"%s\"%s}]"
        .formatted(leaf.parcel(), tracking(leaf.parcel()), lines, life.shipped(), delivered);
  }

  private static String tracking(UUID parcel) {
    return "T" + Long.toUnsignedString(parcel.getLeastSignificantBits(), 36);
  }

  /** What changed, not the whole order as in an event: that would be most of all data. */
  static String change(Life.Step step) {
    return "{\"status\": \"%s\", \"changes\": [{\"type\": \"%s\", \"time\": \"%s\"}]}"
        .formatted(step.status(), step.type(), step.time());
  }

  /** What the mail of the decision told. */
  static String content(MadeOrder order, Amounts amounts) {
    String reason =
        order.fate().isCancelled()
            ? ", \"cancelReason\": \"%s\"".formatted(order.fate().name())
            : "";
    List<Line> told = order.isSplit() ? List.of() : order.lines();
    String lines =
        told.stream()
            .map(line ->
                "{\"name\": \"%s\", \"quantity\": %d, \"totalPrice\": %d}"
                    .formatted(Offers.name(line.offer()), line.quantity(), line.total()))
            .collect(Collectors.joining(", "));
    return "{\"orderNumber\": \"%s\", \"currency\": \"EUR\", \"itemsAmount\": %d, \"shippingAmount\": %d, \"discountAmount\": %d, \"taxAmount\": 0, \"totalAmount\": %d, \"parcels\": %d, \"lines\": [%s], \"amount\": %d%s}"
        .formatted(
            order.number(),
            amounts.goods(),
            amounts.shipping(),
            amounts.discount(),
            amounts.total(),
            order.leaves().size(),
            lines,
            order.fate().isCancelled() ? amounts.total() : 0,
            reason);
  }
}
