package io.ordersystem.orders.order;

import io.ordersystem.contracts.order.OrderContact;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * An order as callers see it. Amounts in minor units of {@code currency}.
 *
 * @param payment null on a child, whose money is part of its parent's, and for sellers
 * @param children only on a parent
 * @param items empty on a parent
 */
public record OrderView(
    UUID id,
    String orderNumber,
    String status,
    String paymentStatus,
    String fulfilmentStatus,
    long version,
    String customerId,
    String currency,
    long itemsAmount,
    long shippingAmount,
    long discountAmount,
    long taxAmount,
    long totalAmount,
    int itemCount,
    boolean isSplit,
    @Nullable UUID parentOrderId,
    @Nullable String sellerId,
    List<OrderView> children,
    List<ItemView> items,
    @Nullable PaymentView payment,
    OrderContact.@Nullable Address shippingAddress,
    OrderContact.@Nullable Contact contact,
    List<ShipmentView> shipments,
    List<RefundView> refunds,
    @Nullable String cancelReason,
    long cancelledAmount,
    long capturedAmount,
    long refundedAmount,
    Instant expiresAt,
    Instant createdAt,
    Instant updatedAt) {

  private static final Set<String> ENDED_PAYMENTS = Set.of("DECLINED", "VOIDED", "REFUNDED");

  /** What is refunded of it changes the order, too. */
  private static final Set<String> PAID = Set.of("NONE", "CAPTURED");

  /**
   * Whether nothing of it changes but with its version, so that whoever has the version has all of
   * it. A parent shows its children, which have versions of their own; and what becomes of a
   * payment that is asked for, authorised or captured in part may come without a change of the
   * order.
   */
  boolean hasSettled() {
    return !isSplit
        && (payment == null
            || ENDED_PAYMENTS.contains(payment.status())
            || (wasConfirmed() && PAID.contains(payment.status())));
  }

  private boolean wasConfirmed() {
    return !status.equals(OrderStatus.PENDING.name())
        && !status.equals(OrderStatus.CANCELLED.name());
  }

  /** A line of an order. */
  public record ItemView(
      UUID id,
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
      long refundedAmount) {
    static ItemView of(Item item) {
      return new ItemView(
          item.id(),
          item.variantId(),
          item.sellerId(),
          item.name(),
          item.quantity(),
          item.unitPrice(),
          item.amounts().discount(),
          item.amounts().shipping(),
          item.amounts().tax(),
          item.amounts().total(),
          item.status().name(),
          item.reservationKey(),
          item.progress().cancelled(),
          item.progress().shipped(),
          item.progress().delivered(),
          item.progress().refunded(),
          item.progress().cancelledAmount(),
          item.progress().refundedAmount());
    }
  }

  /**
   * A parcel.
   *
   * @param status {@code SHIPPED} or {@code DELIVERED}
   * @param amount what is charged for it
   * @param captureStatus {@code NONE} when it costs nothing, else {@code PENDING}, {@code CAPTURED}
   *     or {@code FAILED}
   */
  public record ShipmentView(
      UUID id,
      String carrier,
      String trackingNumber,
      String status,
      long amount,
      String captureStatus,
      List<LineView> lines,
      Instant shippedAt,
      @Nullable Instant deliveredAt) {
    static ShipmentView of(Shipment shipment) {
      return new ShipmentView(
          shipment.id(),
          shipment.carrier(),
          shipment.trackingNumber(),
          shipment.status(),
          shipment.amount(),
          shipment.capture().name(),
          shipment.lines().stream()
              .map(line -> new LineView(line.itemId(), line.quantity()))
              .toList(),
          shipment.shippedAt(),
          shipment.deliveredAt());
    }
  }

  /** Units of a line. */
  public record LineView(UUID itemId, int quantity) {}

  /**
   * Money given back, or on its way.
   *
   * @param status {@code PENDING}, {@code SUCCEEDED} or {@code FAILED}
   */
  public record RefundView(
      UUID id,
      long amount,
      long shippingAmount,
      String reason,
      boolean restock,
      String status,
      @Nullable String failureCode,
      List<RefundedLineView> lines,
      Instant requestedAt,
      @Nullable Instant endedAt) {
    static RefundView of(Refund refund) {
      return new RefundView(
          refund.id(),
          refund.amount(),
          refund.shippingAmount(),
          refund.reason(),
          refund.restock(),
          refund.status().name(),
          refund.failureCode(),
          refund.lines().stream()
              .map(line -> new RefundedLineView(line.itemId(), line.quantity(), line.amount()))
              .toList(),
          refund.requestedAt(),
          refund.endedAt());
    }
  }

  /** Units of a line, and what is given back for them. */
  public record RefundedLineView(UUID itemId, int quantity, long amount) {}

  /**
   * The payment of a root order.
   *
   * @param status {@code NONE} until it has been asked for
   * @param nextAction what the customer has to do, while {@code REQUIRES_ACTION}
   */
  public record PaymentView(@Nullable UUID id, String status, @Nullable NextAction nextAction) {
    static final PaymentView NONE = new PaymentView(null, "NONE", null);
  }

  /** A page to open ({@code url}), or a secret for the provider's front-end library. */
  public record NextAction(String type, @Nullable String url, @Nullable String clientSecret) {}

  /** The whole tree, as the customer and the operators see it. */
  static OrderView of(OrderTree tree, PaymentView payment) {
    List<OrderView> children =
        tree.children().stream().map(child -> of(child, List.of(), null)).toList();
    return of(tree.root(), children, payment);
  }

  /** One order alone. */
  static OrderView of(Order order, List<OrderView> children, @Nullable PaymentView payment) {
    Header header = order.header();
    Order.State state = order.state();
    CancelReason reason = state.cancelReason();
    return new OrderView(
        header.id(),
        header.number(),
        state.status().name(),
        state.paymentStatus().name(),
        state.fulfilmentStatus().name(),
        state.version(),
        header.customerId(),
        header.currency(),
        header.amounts().goods(),
        header.amounts().shipping(),
        header.amounts().discount(),
        header.amounts().tax(),
        header.amounts().total(),
        header.itemCount(),
        header.split(),
        header.parentId(),
        header.sellerId(),
        children,
        order.items().stream().map(ItemView::of).toList(),
        payment,
        header.shippingAddress(),
        header.contact(),
        order.shipments().stream().map(ShipmentView::of).toList(),
        order.refunds().stream().map(RefundView::of).toList(),
        reason == null ? null : reason.name(),
        state.settled().cancelled(),
        state.settled().captured(),
        state.settled().refunded(),
        header.expiresAt(),
        header.createdAt(),
        state.updatedAt());
  }
}
