package io.ordersystem.notifications.message;

import io.ordersystem.contracts.order.OrderChanged;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What a mail tells of an order. Amounts in minor units of {@code currency}.
 *
 * @param parcels how many sellers send something
 * @param lines empty for an order of several sellers, whose lines are its children's; of a parcel,
 *     a refund or cancelled lines only what is in it
 * @param amount what is given back or will not be charged, where the mail is about that
 * @param carrier and tracking number of the parcel that the mail is about
 */
public record OrderContent(
    String orderNumber,
    String currency,
    long itemsAmount,
    long shippingAmount,
    long discountAmount,
    long taxAmount,
    long totalAmount,
    int parcels,
    @Nullable String cancelReason,
    List<Line> lines,
    long amount,
    @Nullable String carrier,
    @Nullable String trackingNumber)
    implements Content {

  /** One line. */
  public record Line(String name, int quantity, long totalPrice) {}

  /** What an event tells of the whole order, without ids. */
  public static OrderContent of(OrderChanged order) {
    var lines =
        order.items().stream()
            .map(item -> new Line(item.name(), item.quantity(), item.totalPrice()))
            .toList();
    return of(order, lines, order.cancelledAmount(), null);
  }

  /** What of an order that goes on has been cancelled so far. */
  public static OrderContent ofCancelledLines(OrderChanged order) {
    var lines =
        order.items().stream()
            .filter(item -> item.cancelledQuantity() > 0)
            .map(item -> new Line(item.name(), item.cancelledQuantity(), item.cancelledAmount()))
            .toList();
    return of(order, lines, order.cancelledAmount(), null);
  }

  /** Of one parcel. */
  public static OrderContent ofParcel(OrderChanged order, OrderChanged.Shipment shipment) {
    var lines =
        shipment.lines().stream()
            .map(line -> new Line(name(order, line.itemId()), line.quantity(), 0))
            .toList();
    return of(order, lines, shipment.amount(), shipment);
  }

  /** Of one refund. */
  public static OrderContent ofRefund(OrderChanged order, OrderChanged.Refund refund) {
    var lines =
        refund.lines().stream()
            .map(line -> new Line(name(order, line.itemId()), line.quantity(), line.amount()))
            .toList();
    return of(order, lines, refund.amount(), null);
  }

  private static OrderContent of(
      OrderChanged order, List<Line> lines, long amount, OrderChanged.@Nullable Shipment shipment) {
    return new OrderContent(
        order.orderNumber(),
        order.currency(),
        order.itemsAmount(),
        order.shippingAmount(),
        order.discountAmount(),
        order.taxAmount(),
        order.totalAmount(),
        Math.max(1, order.childOrderIds().size()),
        order.cancelReason(),
        lines,
        amount,
        shipment == null ? null : shipment.carrier(),
        shipment == null ? null : shipment.trackingNumber());
  }

  private static String name(OrderChanged order, UUID itemId) {
    return order.items().stream()
        .filter(item -> item.itemId().equals(itemId))
        .findFirst()
        .map(OrderChanged.Item::name)
        .orElseThrow(() -> new IllegalArgumentException("no line " + itemId));
  }
}
