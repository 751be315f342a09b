package io.ordersystem.contracts.inventory;

import java.util.List;

/**
 * Command: hold all lines or none. Repeating it with the same {@code reservationKey} has no second
 * effect; after a release of that key it does nothing.
 *
 * @param reservationKey the root order's id
 */
public record ReserveStock(String reservationKey, List<Line> lines) {

  /**
   * @param lineKey the key of this line's hold, the order item's {@code reservationKey}
   */
  public record Line(String lineKey, String variantId, String sellerId, int quantity) {}
}
