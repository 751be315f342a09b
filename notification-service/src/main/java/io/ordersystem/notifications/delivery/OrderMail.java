package io.ordersystem.notifications.delivery;

import io.ordersystem.notifications.message.OrderContent;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** An order as the templates show it. */
record OrderMail(
    String name,
    String orderNumber,
    List<Line> lines,
    String items,
    @Nullable String shipping,
    @Nullable String discount,
    @Nullable String tax,
    String total,
    int parcels,
    String cancelReason,
    String amount,
    String carrier,
    String trackingNumber)
    implements MailView {

  record Line(String name, int quantity, String price) {}

  @Override
  public String about() {
    return orderNumber;
  }

  static OrderMail of(String name, OrderContent order, Locale locale) {
    return new OrderMail(
        name,
        order.orderNumber(),
        order.lines().stream()
            .map(line ->
                new Line(
                    line.name(),
                    line.quantity(),
                    Amount.format(line.totalPrice(), order.currency(), locale)))
            .toList(),
        Amount.format(order.itemsAmount(), order.currency(), locale),
        unlessZero(order.shippingAmount(), order.currency(), locale),
        unlessZero(order.discountAmount(), order.currency(), locale),
        unlessZero(order.taxAmount(), order.currency(), locale),
        Amount.format(order.totalAmount(), order.currency(), locale),
        order.parcels(),
        text(order.cancelReason()),
        Amount.format(order.amount(), order.currency(), locale),
        text(order.carrier()),
        text(order.trackingNumber()));
  }

  private static String text(@Nullable String value) {
    return value == null ? "" : value;
  }

  private static @Nullable String unlessZero(long amount, String currency, Locale locale) {
    return amount == 0 ? null : Amount.format(amount, currency, locale);
  }
}
