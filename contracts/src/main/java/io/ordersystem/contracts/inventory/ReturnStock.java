package io.ordersystem.contracts.inventory;

import java.util.List;

/**
 * Command: goods that had left the warehouse came back and can be sold again, so {@code on_hand}
 * goes up.
 *
 * @param reference what caused it, for the movement's record (a refund id); a repeat of it has no
 *     second effect
 */
public record ReturnStock(String reservationKey, String reference, List<Line> lines) {

  /**
   * @param quantity at most what has left under {@code lineKey} and did not come back yet
   */
  public record Line(String lineKey, int quantity) {}
}
