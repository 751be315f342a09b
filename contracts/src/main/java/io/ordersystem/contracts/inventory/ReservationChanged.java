package io.ordersystem.contracts.inventory;

import java.util.List;

/**
 * A reservation after one transaction changed it.
 *
 * @param status {@code ACTIVE}, {@code REJECTED}, {@code RELEASED}, {@code COMMITTED} or {@code
 *     EXPIRED}
 * @param shortages only when rejected: the lines that came up short, with what there was
 */
public record ReservationChanged(
    String reservationKey, String status, List<Line> lines, List<Shortage> shortages) {

  /** One held line; {@code committedQuantity} of {@code quantity} has left the warehouse. */
  public record Line(
      String lineKey,
      String variantId,
      String sellerId,
      int quantity,
      int committedQuantity,
      String status) {}

  /** What was asked for, and what could have been had. */
  public record Shortage(
      String variantId, String sellerId, int requestedQuantity, int availableQuantity) {}
}
