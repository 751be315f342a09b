package io.ordersystem.orders.order;

import java.util.Collection;

/**
 * The amounts of an order or of a line, in minor units: {@code total = goods - discount + shipping
 * + tax}, exactly.
 *
 * @param goods unit price times quantity
 */
public record Amounts(long goods, long shipping, long discount, long tax) {
  public Amounts {
    if (goods < 0 || shipping < 0 || discount < 0 || tax < 0) {
      throw new IllegalArgumentException("amounts must not be negative");
    }
    if (discount > goods) {
      throw new IllegalArgumentException("a discount of " + discount + " exceeds " + goods);
    }
  }

  public long total() {
    return Math.addExact(Math.addExact(goods - discount, shipping), tax);
  }

  public Amounts plus(Amounts other) {
    return new Amounts(
        Math.addExact(goods, other.goods),
        Math.addExact(shipping, other.shipping),
        Math.addExact(discount, other.discount),
        Math.addExact(tax, other.tax));
  }

  public static Amounts sum(Collection<Amounts> parts) {
    return parts.stream().reduce(new Amounts(0, 0, 0, 0), Amounts::plus);
  }
}
