package io.ordersystem.devstack.replay;

import java.util.Map;
import java.util.TreeMap;

/** What must become of an order when only its predecessors and the stock decide. */
enum Fate {
  CONFIRMED,
  OUT_OF_STOCK;

  /**
   * The fate of each order (by id) when each is placed after the former is final: it gets all of
   * its lines or nothing.
   *
   * @param available units of each product (by id) before the first order
   */
  static Map<Integer, Fate> inSequence(Northwind northwind, Map<Integer, Integer> available) {
    var left = new TreeMap<>(available);
    var fates = new TreeMap<Integer, Fate>();
    for (var order : northwind.orders()) {
      boolean fits = fits(order, left);
      if (fits) {
        order
            .lines()
            .forEach(line -> left.merge(line.product().id(), -line.quantity(), Integer::sum));
      }
      fates.put(order.id(), fits ? CONFIRMED : OUT_OF_STOCK);
    }
    return fates;
  }

  static boolean fits(HistoricOrder order, Map<Integer, Integer> available) {
    return order.lines().stream()
        .allMatch(line -> line.quantity() <= available.getOrDefault(line.product().id(), 0));
  }
}
