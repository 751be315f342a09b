package io.ordersystem.devstack.client;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** An order as the contract answers it; amounts in minor units of its currency. */
public record OrderView(
    String id,
    String orderNumber,
    String status,
    String paymentStatus,
    @Nullable String cancelReason,
    String customerId,
    String currency,
    long itemsAmount,
    long shippingAmount,
    long discountAmount,
    long taxAmount,
    long totalAmount,
    @JsonProperty("isSplit") boolean isSplit,
    @Nullable String sellerId,
    List<OrderView> children,
    List<Item> items) {

  /** A line of an order; {@code totalPrice} is what it costs with its shares of everything. */
  public record Item(
      String id,
      String variantId,
      String sellerId,
      int quantity,
      long unitPrice,
      long discountAmount,
      long shippingAmount,
      long taxAmount,
      long totalPrice,
      String status) {}

  public OrderView {
    status = status == null ? "" : status;
    paymentStatus = paymentStatus == null ? "" : paymentStatus;
    children = children == null ? List.of() : List.copyOf(children);
    items = items == null ? List.of() : List.copyOf(items);
  }

  /** Whether stock and money have decided: it is no longer PENDING. */
  public boolean isDecided() {
    return !status.isEmpty() && !status.equals("PENDING");
  }

  /** Whether nothing goes on until the customer has done something at the bank. */
  public boolean needsCustomer() {
    return paymentStatus.equals("REQUIRES_ACTION");
  }

  /** The lines, wherever they lie: in the order or in its children. */
  public List<Item> allItems() {
    return Stream.concat(items.stream(), children.stream().flatMap(child -> child.items().stream()))
        .toList();
  }

  OrderView withChildren(List<OrderView> complete) {
    return new OrderView(
        id,
        orderNumber,
        status,
        paymentStatus,
        cancelReason,
        customerId,
        currency,
        itemsAmount,
        shippingAmount,
        discountAmount,
        taxAmount,
        totalAmount,
        isSplit,
        sellerId,
        complete,
        items);
  }
}
