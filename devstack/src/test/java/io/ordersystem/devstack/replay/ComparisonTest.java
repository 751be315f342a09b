package io.ordersystem.devstack.replay;

import static org.assertj.core.api.Assertions.assertThat;

import io.ordersystem.devstack.client.Offer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class ComparisonTest {
  private final Northwind northwind = Toy.northwind();
  private final Map<Integer, Offer> before = offers(Map.of());
  private final Map<Integer, Fate> fates =
      Map.of(
          101, Fate.CONFIRMED,
          102, Fate.OUT_OF_STOCK,
          103, Fate.CONFIRMED,
          104, Fate.OUT_OF_STOCK,
          105, Fate.CONFIRMED);

  @Test
  void findsStockThatDidNotMoveAsTheOrdersDid() {
    var comparison = new Comparison(northwind, before, fates);

    assertThat(comparison.stock(allRefused(), offers(Map.of(1, 10, 2, 5, 3, 3)))).isEmpty();
    assertThat(comparison.stock(allRefused(), offers(Map.of(1, 9, 2, 5, 3, 3))))
        .containsExactly(
            "product-1: reserved is 9, expected 10", "product-1: available is 1, expected 0");
  }

  @Test
  void findsAnOfferThatVanished() {
    var after = new HashMap<>(offers(Map.of(1, 10, 2, 5, 3, 3)));
    after.remove(4);

    assertThat(new Comparison(northwind, before, fates).stock(allRefused(), after))
        .containsExactly("product-4: the offer is missing");
  }

  @Test
  void findsARefusalThatTheStockLeftDoesNotExplain() {
    // Nobody got anything, yet everything but the jelly is still there.
    assertThat(new Comparison(northwind, before, null).stock(allRefused(), before))
        .containsExactly(
            "order 101: was refused although the stock that is left would do",
            "order 102: was refused although the stock that is left would do",
            "order 103: was refused although the stock that is left would do",
            "order 105: was refused although the stock that is left would do");
  }

  private List<Outcome> allRefused() {
    var outcomes = new ArrayList<Outcome>();
    northwind
        .orders()
        .forEach(
            order -> outcomes.add(new Outcome.Cancelled(order, "OUT_OF_STOCK", Optional.empty())));
    return outcomes;
  }

  private Map<Integer, Offer> offers(Map<Integer, Integer> reserved) {
    var offers = new TreeMap<Integer, Offer>();
    for (var product : northwind.products()) {
      int onHand = product.unitsInStock();
      int held = reserved.getOrDefault(product.id(), 0);
      offers.put(
          product.id(),
          new Offer(
              product.variantId(),
              product.sellerId(),
              product.name(),
              1,
              "USD",
              onHand,
              held,
              onHand - held));
    }
    return offers;
  }
}
