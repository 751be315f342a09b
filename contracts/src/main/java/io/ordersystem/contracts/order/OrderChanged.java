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
 * @param rootStatus the status of the root order after the same transaction
 * @param cancelledAmount what will never be charged, of {@code totalAmount}
 * @param capturedAmount what was taken; {@code refundedAmount} of it was given back
 * @param shipments parcels of this order, none on a parent
 * @param refunds of this order, none on a parent
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
    List<Change> changes,
    String rootStatus,
    long cancelledAmount,
    long capturedAmount,
    long refundedAmount,
    List<Shipment> shipments,
    List<Refund> refunds) {
  /** Events from before there were shipments and refunds have none. */
  public OrderChanged {
    shipments = shipments == null ? List.of() : shipments;
    refunds = refunds == null ? List.of() : refunds;
  }

  /**
   * One line as it is now. Its hold is {@code reservationKey}; {@code quantity}, {@code totalPrice}
   * and the amounts that make it up never change, the counters tell how far it is.
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
      String reservationKey,
      int cancelledQuantity,
      int shippedQuantity,
      int deliveredQuantity,
      int refundedQuantity,
      long cancelledAmount,
      long refundedAmount) {}

  /**
   * A parcel.
   *
   * @param status {@code SHIPPED} or {@code DELIVERED}
   * @param amount what is charged for it
   * @param captureStatus {@code NONE} when it costs nothing, else {@code PENDING}, {@code CAPTURED}
   *     or {@code FAILED}
   */
  public record Shipment(
      UUID shipmentId,
      String carrier,
      String trackingNumber,
      String status,
      long amount,
      String captureStatus,
      List<ShippedLine> lines) {}

  public record ShippedLine(UUID itemId, int quantity) {}

  /**
   * Money on its way back.
   *
   * @param shippingAmount the part of {@code amount} that is shipping
   * @param restock whether the goods can be sold again
   * @param status {@code PENDING}, {@code SUCCEEDED} or {@code FAILED}
   */
  public record Refund(
      UUID refundId,
      long amount,
      long shippingAmount,
      boolean restock,
      String status,
      @Nullable String failureCode,
      List<RefundedLine> lines) {}

  public record RefundedLine(UUID itemId, int quantity, long amount) {}

  /**
   * One thing that happened.
   *
   * @param type {@code placed}, {@code payment-action-required}, {@code confirmed}, {@code
   *     cancelled}, {@code lines-cancelled}, {@code accepted}, {@code parcel-shipped}, {@code
   *     shipped}, {@code parcel-delivered}, {@code delivered}, {@code payment-captured}, {@code
   *     capture-failed}, {@code payment-lapsed}, {@code refund-requested}, {@code refunded}, {@code
   *     refund-failed}, {@code address-changed}, {@code contact-changed} or, on a parent, {@code
   *     child-changed}
   * @param detail a reason or code, where the type has one
   */
  public record Change(String type, Instant time, @Nullable String detail) {}
}
