package io.ordersystem.orders.order;

import io.ordersystem.contracts.order.OrderChanged;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Money of one order on its way back.
 *
 * @param amount of the lines and the shipping together, in minor units
 * @param shippingAmount the part of {@code amount} that is shipping
 * @param restock whether the goods came back and can be sold again
 */
public record Refund(
    UUID id,
    List<Line> lines,
    long amount,
    long shippingAmount,
    String reason,
    boolean restock,
    Status status,
    @Nullable String failureCode,
    Instant requestedAt,
    @Nullable Instant endedAt) {
  public Refund {
    lines = List.copyOf(lines);
  }

  /** Units of one line, and what is given back for them. */
  public record Line(UUID itemId, int quantity, long amount) {}

  /** {@code PENDING} counts as given back; only {@code FAILED} does not. */
  public enum Status {
    PENDING,
    SUCCEEDED,
    FAILED
  }

  /** One that an operator made at the payment: of no line, and done. */
  static Refund atThePayment(UUID id, long amount, Instant at) {
    return new Refund(
        id, List.of(), amount, 0, "refunded at the payment", false, Status.SUCCEEDED, null, at, at);
  }

  Refund succeeded(Instant at) {
    return new Refund(
        id,
        lines,
        amount,
        shippingAmount,
        reason,
        restock,
        Status.SUCCEEDED,
        null,
        requestedAt,
        at);
  }

  Refund failed(String code, Instant at) {
    return new Refund(
        id, lines, amount, shippingAmount, reason, restock, Status.FAILED, code, requestedAt, at);
  }

  OrderChanged.Refund event() {
    return new OrderChanged.Refund(
        id,
        amount,
        shippingAmount,
        restock,
        status.name(),
        failureCode,
        lines.stream()
            .map(line ->
                new OrderChanged.RefundedLine(line.itemId(), line.quantity(), line.amount()))
            .toList());
  }
}
