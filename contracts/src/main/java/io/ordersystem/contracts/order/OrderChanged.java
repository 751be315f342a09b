package io.ordersystem.contracts.order;

import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One order after one transaction changed it: what it is now, and in {@code changes} what happened.
 * Carries ids and amounts, never names or addresses (those travel on {@code
 * orders.contact.state.v1}).
 *
 * @param rootOrderId the order the customer placed: the parent's id on a child, else its own
 * @param parentOrderId only on a child order of a split one
 * @param sellerId absent on a parent that has children
 * @param cancelReason only when {@code status} is {@code CANCELLED}
 * @param totalAmount and all amounts: minor units of {@code currency}
 * @param items empty on a parent that has children
 * @param childOrderIds only on a parent
 * @param changes at least one, in the order in which they happened
 */
public record OrderChanged(
    UUID orderId,
    UUID rootOrderId,
    @Nullable UUID parentOrderId,
    String orderNumber,
    String customerId,
    @Nullable String sellerId,
    String status,
    String paymentStatus,
    String fulfilmentStatus,
    @Nullable String cancelReason,
    String currency,
    long itemsAmount,
    long shippingAmount,
    long discountAmount,
    long taxAmount,
    long totalAmount,
    List<Item> items,
    List<UUID> childOrderIds,
    List<Change> changes) {

  /**
   * One line as it is now. Its reservation key is {@code reservationKey}, {@code quantity} never
   * changes.
   */
  public record Item(
      UUID itemId,
      String variantId,
      String sellerId,
      String name,
      int quantity,
      long unitPrice,
      long discountAmount,
      long shippingAmount,
      long taxAmount,
      long totalPrice,
      String status,
      String reservationKey) {}

  /**
   * One thing that happened.
   *
   * @param type {@code placed}, {@code payment-action-required}, {@code confirmed} or {@code
   *     cancelled}
   * @param detail a reason or code, where the type has one
   */
  public record Change(String type, Instant time, @Nullable String detail) {}
}
