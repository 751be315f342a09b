package io.ordersystem.contracts.inventory;

import java.util.List;

/**
 * Command: the named quantities left the warehouse, so {@code on_hand} goes down.
 *
 * @param reference what caused it, for the movement's record (a shipment id); a repeat of it has no
 *     second effect
 */
public record CommitStock(String reservationKey, String reference, List<Line> lines) {

  /**
   * @param quantity at most what is still held under {@code lineKey}
   */
  public record Line(String lineKey, int quantity) {}
}
