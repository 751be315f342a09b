package io.ordersystem.devstack.replay;

import io.ordersystem.devstack.client.Offer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What came out against what the files imply. With {@code fates} every order's end is known;
 * without (orders raced for short stock) only what holds in any order: who was refused still does
 * not fit, and stock moved by exactly what was confirmed.
 */
final class Comparison {
  private final Northwind northwind;
  private final Map<Integer, Offer> before;
  private final @Nullable Map<Integer, Fate> fates;

  Comparison(Northwind northwind, Map<Integer, Offer> before, @Nullable Map<Integer, Fate> fates) {
    this.northwind = northwind;
    this.before = before;
    this.fates = fates;
  }

  /** Differences in the orders' ends and amounts, one text each. */
  List<String> orders(List<Outcome> outcomes) {
    var differences = new ArrayList<String>();
    for (var outcome : outcomes) {
      compareEnd(outcome, differences);
      outcome
          .view()
          .ifPresent(
              view -> differences.addAll(OrderComparison.differences(outcome.order(), view)));
    }
    return differences;
  }

  /** Differences in the stock of each product, one text each. */
  List<String> stock(List<Outcome> outcomes, Map<Integer, Offer> after) {
    var differences = new ArrayList<String>();
    var sold = sold(outcomes);
    for (var product : northwind.products()) {
      var was = before.get(product.id());
      var is = after.get(product.id());
      if (was == null || is == null) {
        differences.add("%s: the offer is missing".formatted(product.variantId()));
      } else {
        int reserved = was.reserved() + sold.getOrDefault(product.id(), 0);
        same(product, "onHand", was.onHand(), is.onHand(), differences);
        same(product, "reserved", reserved, is.reserved(), differences);
        same(product, "available", was.onHand() - reserved, is.available(), differences);
      }
    }
    if (fates == null) {
      compareRefused(outcomes, after, differences);
    }
    return differences;
  }

  private void compareEnd(Outcome outcome, List<String> differences) {
    var id = outcome.order().id();
    switch (outcome) {
      case Outcome.Open open -> differences.add("order %d: %s".formatted(id, open.why()));
      case Outcome.Confirmed _ -> {
        if (fates != null && fates.get(id) != Fate.CONFIRMED) {
          differences.add("order %d: is CONFIRMED, expected OUT_OF_STOCK".formatted(id));
        }
      }
      case Outcome.Cancelled cancelled -> {
        var expected = fates == null ? Fate.OUT_OF_STOCK : fates.get(id);
        if (expected != Fate.OUT_OF_STOCK || !cancelled.reason().equals(Fate.OUT_OF_STOCK.name())) {
          differences.add(
              "order %d: is CANCELLED %s, expected %s".formatted(id, cancelled.reason(), expected));
        }
      }
    }
  }

  /** Units by product id: of the orders that must be confirmed, or of those that were. */
  private Map<Integer, Integer> sold(List<Outcome> outcomes) {
    var sold = new TreeMap<Integer, Integer>();
    for (var outcome : outcomes) {
      boolean counts =
          fates == null
              ? outcome instanceof Outcome.Confirmed
              : fates.get(outcome.order().id()) == Fate.CONFIRMED;
      if (counts) {
        outcome
            .order()
            .lines()
            .forEach(line -> sold.merge(line.product().id(), line.quantity(), Math::addExact));
      }
    }
    return sold;
  }

  /** Nothing is given back in a replay, so whoever was refused must still be too late now. */
  private static void compareRefused(
      List<Outcome> outcomes, Map<Integer, Offer> after, List<String> differences) {
    var left = new TreeMap<Integer, Integer>();
    after.forEach((product, offer) -> left.put(product, offer.available()));
    for (var outcome : outcomes) {
      if (outcome instanceof Outcome.Cancelled && Fate.fits(outcome.order(), left)) {
        differences.add(
            "order %d: was refused although the stock that is left would do"
                .formatted(outcome.order().id()));
      }
    }
  }

  private static void same(
      Product product, String what, int expected, int actual, List<String> differences) {
    if (expected != actual) {
      differences.add(
          "%s: %s is %d, expected %d".formatted(product.variantId(), what, actual, expected));
    }
  }
}
