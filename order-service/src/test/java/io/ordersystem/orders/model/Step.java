package io.ordersystem.orders.model;

import java.util.List;
import java.util.Random;
import java.util.TreeMap;

/**
 * What somebody tries.
 *
 * @param leaf which child, or the order itself when it is not split
 * @param index which parcel
 * @param quantities units of the first lines; 0 for none of it
 * @param answer whether the payment's answer, if there is one, is a good one
 */
record Step(
    Kind kind,
    String role,
    int leaf,
    int index,
    List<Integer> quantities,
    long shipping,
    boolean answer) {

  enum Kind {
    ACCEPT,
    SHIP,
    DELIVER,
    CANCEL_ALL,
    CANCEL_UNITS,
    REFUND
  }

  static Step random(Random random) {
    Kind kind =
        List.of(
                Kind.ACCEPT,
                Kind.ACCEPT,
                Kind.SHIP,
                Kind.SHIP,
                Kind.SHIP,
                Kind.DELIVER,
                Kind.DELIVER,
                Kind.CANCEL_UNITS,
                Kind.CANCEL_UNITS,
                Kind.REFUND,
                Kind.REFUND,
                random.nextInt(4) == 0 ? Kind.CANCEL_ALL : Kind.REFUND)
            .get(random.nextInt(12));
    String role = List.of("customer", "seller", "operator", "service").get(random.nextInt(4));
    return new Step(
        kind,
        role,
        random.nextInt(2),
        random.nextInt(3),
        List.of(1 + random.nextInt(2), random.nextInt(3)),
        random.nextInt(3) == 0 ? random.nextInt(20) : 0,
        random.nextInt(8) > 0);
  }

  /** Units by line, of those lines that there are. */
  TreeMap<Integer, Integer> units(int lines) {
    var units = new TreeMap<Integer, Integer>();
    for (int i = 0; i < Math.min(lines, quantities.size()); i++) {
      if (quantities.get(i) > 0) {
        units.put(i, quantities.get(i));
      }
    }
    return units;
  }
}
