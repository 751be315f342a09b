package io.ordersystem.contracts.inventory;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A reservation after one transaction changed it.
 *
 * @param status {@code ACTIVE}, {@code REJECTED}, {@code RELEASED}, {@code COMMITTED} or {@code
 *     EXPIRED}
 * @param shortages only when rejected: the lines that came up short, with what there was
 * @param reference of the command that this answers, when it had one
 * @param expiresAt when it ends by itself; absent for an order's, which order-service ends
 */
public record ReservationChanged(
    String reservationKey,
    String status,
    List<Line> lines,
    List<Shortage> shortages,
    @Nullable String reference,
    @Nullable Instant expiresAt) {

  /**
   * One line. Of {@code quantity}, {@code committedQuantity} has left the warehouse, and {@code
   * returnedQuantity} of that has come back. A release of a part lowers {@code quantity}.
   */
  public record Line(
      String lineKey,
      String variantId,
      String sellerId,
      int quantity,
      int committedQuantity,
      String status,
      int returnedQuantity) {}

  /** What was asked for, and what could have been had. */
  public record Shortage(
      String variantId, String sellerId, int requestedQuantity, int availableQuantity) {}
}
