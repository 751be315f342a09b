package io.ordersystem.orders.order;

import io.ordersystem.contracts.order.OrderChanged;
import java.math.BigInteger;
import java.util.UUID;

/**
 * A line of an order. Quantity and amounts never change after placement; {@link Progress} tells how
 * far it is.
 *
 * @param line its place in the order, from 1
 * @param reservationKey the key of its hold in inventory-service
 */
public record Item(
    UUID id,
    int line,
    String variantId,
    String sellerId,
    String name,
    int quantity,
    long unitPrice,
    Amounts amounts,
    ItemStatus status,
    String reservationKey,
    Progress progress) {

  /**
   * The counters of a line: {@code delivered <= shipped <= quantity - cancelled} and {@code
   * refunded <= shipped}. Amounts in minor units.
   *
   * @param refunded what was given back or is on its way
   */
  public record Progress(
      int cancelled,
      int shipped,
      int delivered,
      int refunded,
      long cancelledAmount,
      long refundedAmount) {
    static final Progress NONE = new Progress(0, 0, 0, 0, 0, 0);
  }

  /** Units that are neither cancelled nor shipped. */
  public int open() {
    return quantity - progress.cancelled() - progress.shipped();
  }

  /** Units that are not cancelled. */
  public int live() {
    return quantity - progress.cancelled();
  }

  /**
   * What the units from {@code from} (inclusive) to {@code to} (exclusive) cost, shipping left out.
   * Over all units the parts add up to the whole, however they are cut: {@code floor(G * to / q) -
   * floor(G * from / q)}.
   */
  long cost(int from, int to) {
    return upTo(to) - upTo(from);
  }

  private long upTo(int units) {
    return BigInteger.valueOf(amounts.total() - amounts.shipping())
        .multiply(BigInteger.valueOf(units))
        .divide(BigInteger.valueOf(quantity))
        .longValueExact();
  }

  /** What the next units to be shipped cost: the first ones of those that are left. */
  long costOfShipping(int units) {
    return cost(progress.shipped(), progress.shipped() + units);
  }

  /** What the next units to be given back cost: the first shipped ones. */
  long costOfRefunding(int units) {
    return upTo(progress.refunded() + units) - progress.refundedAmount();
  }

  /** Parcels take units from the front, cancellations from the back: so no unit counts twice. */
  Item cancel(int units) {
    int end = live();
    long amount = cost(end - units, end);
    return with(
        new Progress(
            progress.cancelled() + units,
            progress.shipped(),
            progress.delivered(),
            progress.refunded(),
            progress.cancelledAmount() + amount,
            progress.refundedAmount()));
  }

  /** Its shipping goes with it: only when the whole order is cancelled. */
  Item cancelShipping() {
    return with(
        new Progress(
            progress.cancelled(),
            progress.shipped(),
            progress.delivered(),
            progress.refunded(),
            progress.cancelledAmount() + amounts.shipping(),
            progress.refundedAmount()));
  }

  Item ship(int units) {
    return with(
        new Progress(
            progress.cancelled(),
            progress.shipped() + units,
            progress.delivered(),
            progress.refunded(),
            progress.cancelledAmount(),
            progress.refundedAmount()));
  }

  Item deliver(int units) {
    return with(
        new Progress(
            progress.cancelled(),
            progress.shipped(),
            progress.delivered() + units,
            progress.refunded(),
            progress.cancelledAmount(),
            progress.refundedAmount()));
  }

  /**
   * Units on their way back, or, negative, ones whose refund failed.
   *
   * @param amount what they cost, with the same sign
   */
  Item refund(int units, long amount) {
    return with(
        new Progress(
            progress.cancelled(),
            progress.shipped(),
            progress.delivered(),
            progress.refunded() + units,
            progress.cancelledAmount(),
            progress.refundedAmount() + amount));
  }

  Item become(ItemStatus next) {
    return new Item(
        id,
        line,
        variantId,
        sellerId,
        name,
        quantity,
        unitPrice,
        amounts,
        next,
        reservationKey,
        progress);
  }

  private Item with(Progress next) {
    var moved =
        new Item(
            id,
            line,
            variantId,
            sellerId,
            name,
            quantity,
            unitPrice,
            amounts,
            status,
            reservationKey,
            next);
    return moved.become(moved.reached());
  }

  /** The status that the counters tell; until something has moved it is the order's. */
  private ItemStatus reached() {
    if (live() == 0) {
      return ItemStatus.CANCELLED;
    }
    if (open() > 0 || progress.shipped() == 0) {
      return status;
    }
    if (progress.refunded() == progress.shipped()) {
      return ItemStatus.REFUNDED;
    }
    return progress.delivered() == progress.shipped() ? ItemStatus.DELIVERED : ItemStatus.SHIPPED;
  }

  OrderChanged.Item event() {
    return new OrderChanged.Item(
        id,
        variantId,
        sellerId,
        name,
        quantity,
        unitPrice,
        amounts.discount(),
        amounts.shipping(),
        amounts.tax(),
        amounts.total(),
        status.name(),
        reservationKey,
        progress.cancelled(),
        progress.shipped(),
        progress.delivered(),
        progress.refunded(),
        progress.cancelledAmount(),
        progress.refundedAmount());
  }
}
