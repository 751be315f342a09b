package io.ordersystem.devstack.data;

import java.util.BitSet;

/**
 * The offers of a fill and what of them was sold and is held. They are withdrawn, as goods of
 * bygone years are: nobody orders them by chance, and no projection has to know them. An offer is
 * known by its rank: seller times variants per seller, plus variant.
 */
final class Offers {
  private static final String[] KINDS = {
    "Kettle", "Lamp", "Notebook", "Scarf", "Backpack", "Mug", "Chair", "Clock", "Umbrella", "Radio",
    "Puzzle", "Pillow", "Knife", "Bottle", "Mirror", "Basket", "Candle", "Blanket", "Vase", "Tray"
  };
  private static final String[] LOOKS = {
    "plain", "blue", "oak", "small", "travel", "classic", "red"
  };

  private final int[] sold;
  private final int[] held;
  private final BitSet touched = new BitSet();

  Offers(FillPlan plan) {
    sold = new int[plan.sellers() * FillPlan.VARIANTS];
    held = new int[sold.length];
  }

  static int rank(int seller, int variant) {
    return seller * FillPlan.VARIANTS + variant;
  }

  static String sellerId(int seller) {
    return "shop-" + (seller + 1);
  }

  static String sellerIdOf(int offer) {
    return sellerId(offer / FillPlan.VARIANTS);
  }

  static String variantId(int offer) {
    return sellerIdOf(offer) + "-v" + (offer % FillPlan.VARIANTS + 1);
  }

  static String name(int offer) {
    int seller = offer / FillPlan.VARIANTS;
    int variant = offer % FillPlan.VARIANTS;
    return KINDS[(variant + seller) % KINDS.length] + ", " + LOOKS[seller % LOOKS.length];
  }

  /** Cents: from 1.99 to 199.99, always the same for an offer. */
  static long price(int offer) {
    return 199 + Integer.toUnsignedLong(offer * 0x9E3779B9) % 199 * 100;
  }

  void sold(int offer, int quantity) {
    sold[offer] += quantity;
    touched.set(offer);
  }

  void held(int offer, int quantity) {
    held[offer] += quantity;
    touched.set(offer);
  }

  /** What orders named of an offer since the last call, also when none of it was ever held. */
  void named(int offer) {
    touched.set(offer);
  }

  /** What became of one offer. */
  @FunctionalInterface
  interface Each {
    void take(int offer, int sold, int held);
  }

  /** Tells what happened since the last call, and forgets it. */
  void drain(Each each) {
    touched.stream()
        .forEach(offer -> {
          each.take(offer, sold[offer], held[offer]);
          sold[offer] = 0;
          held[offer] = 0;
        });
    touched.clear();
  }
}
