package io.ordersystem.inventory.reservation;

import io.ordersystem.contracts.inventory.ReservationChanged;
import io.ordersystem.inventory.stock.StockKey;
import java.util.List;

/**
 * Goods held for one order: all lines or none. {@code NEW} is a key that no command has decided
 * yet.
 *
 * @param version 0 while NEW, then one more with each change
 */
record Reservation(
    String key,
    Status status,
    long version,
    List<Line> lines,
    List<ReservationChanged.Shortage> shortages) {

  enum Status {
    NEW,
    ACTIVE,
    REJECTED,
    RELEASED,
    COMMITTED,
    EXPIRED
  }

  /** One held line; {@code remaining} still counts as reserved. */
  record Line(String key, StockKey stock, int quantity, int committedQuantity, Status status) {
    int remaining() {
      return status == Status.ACTIVE ? quantity - committedQuantity : 0;
    }

    Line ended(Status end) {
      return new Line(key, stock, quantity, committedQuantity, end);
    }

    Line commit(int more) {
      if (more > remaining()) {
        throw new IllegalArgumentException(
            key + ": cannot commit " + more + ", held are " + remaining());
      }
      int total = committedQuantity + more;
      return new Line(
          key, stock, quantity, total, total == quantity ? Status.COMMITTED : Status.ACTIVE);
    }
  }

  static Reservation unknown(String key) {
    return new Reservation(key, Status.NEW, 0, List.of(), List.of());
  }

  Reservation become(
      Status next, List<Line> newLines, List<ReservationChanged.Shortage> newShortages) {
    return new Reservation(key, next, version + 1, newLines, newShortages);
  }

  ReservationChanged event() {
    return new ReservationChanged(
        key,
        status.name(),
        lines.stream()
            .map(line ->
                new ReservationChanged.Line(
                    line.key(),
                    line.stock().variantId(),
                    line.stock().sellerId(),
                    line.quantity(),
                    line.committedQuantity(),
                    line.status().name()))
            .toList(),
        shortages);
  }
}
