package io.ordersystem.inventory.reservation;

import io.ordersystem.inventory.stock.StockKey;
import java.util.Collection;
import java.util.List;

/**
 * Something came up short while goods are held beyond their time: they have to be given back before
 * anything is refused because of them.
 */
final class ComesUpShort extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient List<StockKey> offers;

  ComesUpShort(Collection<StockKey> offers) {
    super("some of " + offers.size() + " offers are held beyond their time", null, false, false);
    this.offers = List.copyOf(offers);
  }

  /** The offers of the requests that came up short. */
  List<StockKey> offers() {
    return offers;
  }
}
