package io.ordersystem.orders.order;

import java.util.Collection;
import java.util.EnumSet;

/** How far the goods of an order are. */
public enum FulfilmentStatus {
  NONE,
  /** Some have left. */
  PARTIAL,
  /** Everything that was not cancelled has left. */
  SHIPPED,
  DELIVERED;

  /**
   * Of an order with lines.
   *
   * @param live units that were not cancelled
   */
  static FulfilmentStatus of(int live, int shipped, int delivered) {
    if (shipped == 0) {
      return NONE;
    }
    if (shipped < live) {
      return PARTIAL;
    }
    return delivered < live ? SHIPPED : DELIVERED;
  }

  /** Of a parent, by its children that were not cancelled. */
  static FulfilmentStatus of(Collection<FulfilmentStatus> children) {
    var seen = EnumSet.copyOf(children);
    if (seen.equals(EnumSet.of(NONE))) {
      return NONE;
    }
    if (seen.contains(NONE) || seen.contains(PARTIAL)) {
      return PARTIAL;
    }
    return seen.contains(SHIPPED) ? SHIPPED : DELIVERED;
  }
}
