package io.ordersystem.devstack.replay;

import io.ordersystem.devstack.client.Caller;
import io.ordersystem.devstack.client.Movement;
import io.ordersystem.devstack.client.Offer;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Brings the offers of the files into the system, and counts them. */
final class Stocktaking {

  /** The system holds other stock than the files say, so nothing could be compared. */
  static final class StockDiffers extends RuntimeException {
    private static final long serialVersionUID = 1L;

    StockDiffers(int offers, Product first, Offer offer) {
      super(
          ("the system is not empty: %d offers have other stock than products.csv (%s: %d on hand,"
                  + " %d reserved, the file says %d). Comparing needs an empty system; or use"
                  + " --restock")
              .formatted(
                  offers,
                  first.variantId(),
                  offer.onHand(),
                  offer.reserved(),
                  first.unitsInStock()));
    }
  }

  static final String CURRENCY = "USD";

  private final Northwind northwind;
  private final Caller operator;
  private final String run;

  Stocktaking(Northwind northwind, Caller operator, String run) {
    this.northwind = northwind;
    this.operator = operator;
    this.run = run;
  }

  /**
   * Makes every offer with the stock of the files. Refuses, before it writes, if there is other
   * stock.
   */
  Map<Integer, Offer> load() {
    var present = present();
    var different =
        northwind.products().stream()
            .filter(product -> present.containsKey(product.id()))
            .filter(product -> !untouched(product, present))
            .toList();
    if (!different.isEmpty()) {
      var first = different.getFirst();
      throw new StockDiffers(different.size(), first, get(present, first));
    }
    var offers = new TreeMap<Integer, Offer>();
    for (var product : northwind.products()) {
      offers.put(product.id(), put(product, present, product.unitsInStock()));
    }
    return offers;
  }

  /** Makes every offer with enough stock for all orders; receipts where there is less. */
  Map<Integer, Offer> loadEnough() {
    var present = present();
    var demand = northwind.demand();
    var offers = new TreeMap<Integer, Offer>();
    for (var product : northwind.products()) {
      int wanted = demand.getOrDefault(product.id(), 0);
      var offer = put(product, present, Math.max(wanted, product.unitsInStock()));
      offers.put(product.id(), replenish(offer, wanted));
    }
    return offers;
  }

  /** Every offer of the files as the system has it now; absent ones are left out. */
  Map<Integer, Offer> present() {
    var offers = new TreeMap<Integer, Offer>();
    for (var product : northwind.products()) {
      find(product).ifPresent(offer -> offers.put(product.id(), offer));
    }
    return offers;
  }

  Optional<Offer> find(Product product) {
    return operator.findOffer(product.variantId(), product.sellerId());
  }

  private static boolean untouched(Product product, Map<Integer, Offer> present) {
    return get(present, product).available() == product.unitsInStock();
  }

  private static Offer get(Map<Integer, Offer> offers, Product product) {
    var offer = offers.get(product.id());
    if (offer == null) {
      throw new IllegalStateException("no offer of " + product.variantId());
    }
    return offer;
  }

  private Offer put(Product product, Map<Integer, Offer> present, int onHand) {
    var terms =
        new Offer.Terms(
            product.name(),
            product.unitPrice(),
            CURRENCY,
            present.containsKey(product.id()) ? null : onHand,
            product.reorderLevel());
    return operator.putOffer(product.variantId(), product.sellerId(), terms);
  }

  private Offer replenish(Offer offer, int wanted) {
    int missing = wanted - offer.available();
    if (missing <= 0) {
      return offer;
    }
    operator.move(
        offer.variantId(),
        offer.sellerId(),
        Movement.receipt(missing, "restock for a replay"),
        "northwind-%s-restock-%s".formatted(run, offer.variantId()));
    return new Offer(
        offer.variantId(),
        offer.sellerId(),
        offer.name(),
        offer.unitPrice(),
        offer.currency(),
        offer.onHand() + missing,
        offer.reserved(),
        offer.available() + missing);
  }
}
