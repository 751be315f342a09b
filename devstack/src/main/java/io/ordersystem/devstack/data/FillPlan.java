package io.ordersystem.devstack.data;

/**
 * What a fill is to make. The same plan on the same day makes the same orders.
 *
 * @param orders root orders; children of split ones come on top
 * @param months how many months they are spread over, evenly, the newest included
 * @param customers how many different ones there are at most; the first has the most orders (Zipf)
 * @param sellers the same of sellers, who have {@value #VARIANTS} variants each
 */
public record FillPlan(int orders, int months, int customers, int sellers, long seed) {
  static final int VARIANTS = 20;

  public FillPlan {
    within("orders", orders, 1, 20_000_000);
    within("months", months, 1, 120);
    within("customers", customers, 1, 5_000_000);
    within("sellers", sellers, 1, 100_000);
  }

  /** Ten orders per customer and two thousand per seller on average. */
  public static FillPlan of(int orders, int months, long seed) {
    return new FillPlan(
        orders, months, Math.max(100, orders / 10), Math.max(20, orders / 2_000), seed);
  }

  private static void within(String what, int given, int least, int most) {
    if (given < least || given > most) {
      throw new IllegalArgumentException(
          "%s must be from %d to %d, not %d".formatted(what, least, most, given));
    }
  }
}
