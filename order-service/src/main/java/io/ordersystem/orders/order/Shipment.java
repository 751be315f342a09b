package io.ordersystem.orders.order;

import io.ordersystem.contracts.order.OrderChanged;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A parcel of one order.
 *
 * @param amount what is charged for it, in minor units: its units, and with the first parcel of an
 *     order its shipping
 * @param shippingAmount the part of {@code amount} that is shipping
 */
public record Shipment(
    UUID id,
    String carrier,
    String trackingNumber,
    List<Line> lines,
    long amount,
    long shippingAmount,
    Capture capture,
    Instant shippedAt,
    @Nullable Instant deliveredAt) {
  public Shipment {
    lines = List.copyOf(lines);
  }

  /** Units of one line in the parcel. */
  public record Line(UUID itemId, int quantity) {}

  /** Whether the money for it was taken; {@code NONE} when it costs nothing. */
  public enum Capture {
    NONE,
    PENDING,
    CAPTURED,
    FAILED
  }

  /** {@code SHIPPED} or {@code DELIVERED}. */
  public String status() {
    return deliveredAt == null ? "SHIPPED" : "DELIVERED";
  }

  public boolean isPaid() {
    return capture == Capture.NONE || capture == Capture.CAPTURED;
  }

  Shipment delivered(Instant at) {
    return new Shipment(
        id, carrier, trackingNumber, lines, amount, shippingAmount, capture, shippedAt, at);
  }

  Shipment become(Capture next) {
    return new Shipment(
        id, carrier, trackingNumber, lines, amount, shippingAmount, next, shippedAt, deliveredAt);
  }

  OrderChanged.Shipment event() {
    return new OrderChanged.Shipment(
        id,
        carrier,
        trackingNumber,
        status(),
        amount,
        capture.name(),
        lines.stream()
            .map(line -> new OrderChanged.ShippedLine(line.itemId(), line.quantity()))
            .toList());
  }
}
