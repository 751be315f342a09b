package io.ordersystem.devstack.data;

import io.ordersystem.devstack.data.MadeOrder.Leaf;
import io.ordersystem.devstack.data.MadeOrder.Line;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.function.Consumer;

/**
 * Makes orders as a marketplace has them: a few customers, sellers and goods have most of them, an
 * order has one to five lines, one of nine is of several sellers, one of sixteen was cancelled. The
 * youngest of the newest month are on their way still. Deterministic by the plan.
 */
final class OrderMaker {
  private static final char[] CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ".toCharArray();
  private static final int DIGITS = 7;
  private static final long NUMBERS = 1L << (5 * DIGITS);

  /** Odd, so that multiples of it modulo a power of two are all different. */
  private static final long STRIDE = 0x5_2F3A_9B15L;

  private static final DateTimeFormatter DATE =
      DateTimeFormatter.ofPattern("uuMMdd", Locale.ROOT).withZone(ZoneOffset.UTC);

  private final SplittableRandom random;
  private final Zipf customers;
  private final Zipf sellers;
  private final Zipf variants = new Zipf(FillPlan.VARIANTS);
  private final long firstNumber;

  OrderMaker(FillPlan plan) {
    random = new SplittableRandom(plan.seed());
    customers = new Zipf(plan.customers());
    sellers = new Zipf(plan.sellers());
    firstNumber = random.nextLong(NUMBERS);
  }

  /** The orders of a month, oldest first; months in their order. */
  void make(FillMonth month, Consumer<MadeOrder> taker) {
    double step =
        Duration.between(month.from(), month.until()).toMillis() / (double) month.orders();
    for (int i = 0; i < month.orders(); i++) {
      Instant placed = month.from().plusMillis((long) ((i + random.nextDouble()) * step));
      // The last tenth of the newest month is on its way.
      boolean young = month.newest() && i >= month.orders() - month.orders() / 10;
      taker.accept(order(placed, month.first() + i, young));
    }
  }

  private MadeOrder order(Instant placed, int index, boolean young) {
    Fate fate = fate(young);
    String number = number(placed, index);
    var ids = new IdsOfOrder(placed, random);
    int lines = lines();
    int[] shops = shops(lines);
    var byShop = new ArrayList<List<Line>>();
    for (int shop = 0; shop < shops.length; shop++) {
      byShop.add(new ArrayList<>());
    }
    for (int i = 0; i < lines; i++) {
      // Each seller of the order has a line at least.
      int shop = i < shops.length ? i : random.nextInt(shops.length);
      byShop.get(shop).add(line(ids.next(), i + 1, shops[shop], byShop.get(shop), fate));
    }
    UUID root = ids.next();
    var leaves = new ArrayList<Leaf>();
    for (int shop = 0; shop < shops.length; shop++) {
      boolean alone = shops.length == 1;
      leaves.add(
          new Leaf(
              alone ? root : ids.next(),
              alone ? number : number + "-" + (shop + 1),
              shops[shop],
              ids.next(),
              List.copyOf(byShop.get(shop))));
    }
    return new MadeOrder(root, number, customers.draw(random), placed, fate, List.copyOf(leaves));
  }

  private Fate fate(boolean young) {
    int percent = random.nextInt(1_000);
    if (percent < 40) {
      return Fate.OUT_OF_STOCK;
    }
    if (percent < 62) {
      return Fate.CUSTOMER;
    }
    if (!young || percent >= 700) {
      return Fate.DELIVERED;
    }
    return percent < 200 ? Fate.CONFIRMED : percent < 350 ? Fate.PROCESSING : Fate.SHIPPED;
  }

  /** One to five, 2.1 on average. */
  private int lines() {
    int percent = random.nextInt(100);
    return percent < 40 ? 1 : percent < 67 ? 2 : percent < 85 ? 3 : percent < 95 ? 4 : 5;
  }

  private int[] shops(int lines) {
    int percent = random.nextInt(100);
    int wanted = Math.min(lines, percent < 4 ? 3 : percent < 20 ? 2 : 1);
    return random
        .ints(wanted * 3L, 0, Integer.MAX_VALUE)
        .map(ignored -> sellers.draw(random))
        .distinct()
        .limit(wanted)
        .toArray();
  }

  /**
   * A variant that the seller has no line of yet: equal lines are merged when an order is placed.
   */
  private Line line(UUID id, int number, int seller, List<Line> others, Fate fate) {
    int offer = Offers.rank(seller, variants.draw(random));
    while (isAmong(others, offer)) {
      offer = Offers.rank(seller, random.nextInt(FillPlan.VARIANTS));
    }
    int quantity = random.nextInt(10) < 7 ? 1 : 2 + random.nextInt(3);
    long price = Offers.price(offer);
    // Paid in full by a voucher, unless it was cancelled: see Fill.
    boolean free = !fate.isCancelled();
    long discount = free ? price * quantity : random.nextInt(5) == 0 ? price * quantity / 10 : 0;
    long shipping = free ? 0 : 99L + 100 * random.nextInt(4);
    return new Line(id, number, offer, quantity, price, discount, shipping);
  }

  private static boolean isAmong(List<Line> lines, int offer) {
    return lines.stream().anyMatch(line -> line.offer() == offer);
  }

  /** Looks random, and no two orders of a plan have the same. */
  private String number(Instant placed, int index) {
    long left = (firstNumber + index * STRIDE) & (NUMBERS - 1);
    var number = new StringBuilder(DATE.format(placed)).append('-');
    for (int shift = 5 * (DIGITS - 1); shift >= 0; shift -= 5) {
      number.append(CROCKFORD[(int) (left >>> shift) & 31]);
    }
    return number.toString();
  }

  /** UUIDv7 of one millisecond, ascending: what belongs to an order shares its partition. */
  private static final class IdsOfOrder {
    private final long millis;
    private final SplittableRandom random;
    private int counter;

    IdsOfOrder(Instant time, SplittableRandom random) {
      this.millis = time.toEpochMilli();
      this.random = random;
      this.counter = random.nextInt(0xF00);
    }

    UUID next() {
      return new UUID(
          millis << 16 | 0x7000 | counter++,
          random.nextLong() & 0x3fffffffffffffffL | 0x8000000000000000L);
    }
  }
}
