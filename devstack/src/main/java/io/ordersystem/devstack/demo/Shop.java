package io.ordersystem.devstack.demo;

import java.util.List;

/**
 * What the demo sells, to whom, and the orders it places. Prices in cents of a euro.
 *
 * @param offers with the stock that a run starts from
 */
record Shop(List<Stocked> offers, List<Wish> orders) {
  static final String CURRENCY = "EUR";

  /**
   * An offer.
   *
   * @param refilled whether each run tops it up to {@code stock}; else it is as scarce as it says
   */
  record Stocked(
      String variantId, String sellerId, String name, long unitPrice, int stock, boolean refilled) {

    Line times(int quantity) {
      return new Line(this, quantity);
    }
  }

  /** So many of one offer. */
  record Line(Stocked offer, int quantity) {}

  /** An order to be placed, and what must become of it. */
  record Wish(String customer, String card, Expected expected, List<Line> lines) {

    long totalAmount() {
      return lines.stream().mapToLong(line -> line.offer().unitPrice() * line.quantity()).sum();
    }

    long sellers() {
      return lines.stream().map(line -> line.offer().sellerId()).distinct().count();
    }
  }

  /** What can become of an order of the demo. */
  enum Expected {
    CONFIRMED,
    SOLD_OUT,
    DECLINED,
    NEEDS_CUSTOMER
  }

  private static final String GOOD_CARD = "pm_card_visa";

  /** More than all orders of a run want, with some left for whoever tries the system by hand. */
  private static final int PLENTY = 100;

  static Shop builtIn() {
    var bread = plenty("sourdough-1kg", "seller-bakery", "Sourdough loaf, 1 kg", 620);
    var rolls = plenty("rye-rolls-6", "seller-bakery", "Rye rolls, six", 345);
    var cake = scarce("wedding-cake", "seller-bakery", "Wedding cake", 38_000, 0);
    var beans = plenty("espresso-500g", "seller-roastery", "Espresso beans, 500 g", 1_490);
    var filter = plenty("filter-papers-100", "seller-roastery", "Filter papers, 100", 399);
    var cup = plenty("cup-blue", "seller-pottery", "Cup, blue glaze", 1_850);
    var bowl = plenty("bowl-large", "seller-pottery", "Bowl, large", 4_200);
    var vase = scarce("vase-unique", "seller-pottery", "Vase, one of a kind", 18_900, 1);
    var honey = plenty("heather-honey-350g", "seller-apiary", "Heather honey, 350 g", 975);
    var candle = plenty("beeswax-candle", "seller-apiary", "Beeswax candle", 1_125);

    return new Shop(
        List.of(bread, rolls, cake, beans, filter, cup, bowl, vase, honey, candle),
        List.of(
            confirmed("ada", bread.times(1)),
            confirmed("ada", beans.times(2), filter.times(1)),
            confirmed("bruno", cup.times(4)),
            confirmed("bruno", bread.times(1), honey.times(1)),
            confirmed("chiara", rolls.times(3), beans.times(1), cup.times(2), honey.times(1)),
            confirmed("chiara", bowl.times(1), candle.times(6)),
            confirmed("dmitri", candle.times(2)),
            confirmed("dmitri", bread.times(2), rolls.times(2)),
            new Wish("ada", GOOD_CARD, Expected.SOLD_OUT, List.of(cake.times(1))),
            // One line would do, the other not: nothing of it may be held.
            new Wish(
                "dmitri", GOOD_CARD, Expected.SOLD_OUT, List.of(honey.times(1), vase.times(2))),
            new Wish("bruno", "pm_card_chargeDeclined", Expected.DECLINED, List.of(beans.times(5))),
            new Wish(
                "chiara",
                "pm_card_authenticationRequired",
                Expected.NEEDS_CUSTOMER,
                List.of(bowl.times(1)))));
  }

  private static Stocked plenty(String variant, String seller, String name, long price) {
    return new Stocked(variant, seller, name, price, PLENTY, true);
  }

  private static Stocked scarce(String variant, String seller, String name, long price, int stock) {
    return new Stocked(variant, seller, name, price, stock, false);
  }

  private static Wish confirmed(String customer, Line... lines) {
    return new Wish(customer, GOOD_CARD, Expected.CONFIRMED, List.of(lines));
  }
}
