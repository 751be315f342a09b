package io.ordersystem.notifications.message;

import io.ordersystem.contracts.order.OrderChanged;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a mail tells of an order. Amounts in minor units of {@code currency}.
 *
 * @param parcels how many sellers send something
 * @param lines empty for an order of several sellers, whose lines are its children's
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
    List<Line> lines) {

  /** One line. */
  public record Line(String name, int quantity, long totalPrice) {}

  /** What the event tells, without ids. */
  public static OrderContent of(OrderChanged order) {
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
        order.items().stream()
            .map(item -> new Line(item.name(), item.quantity(), item.totalPrice()))
            .toList());
  }
}
