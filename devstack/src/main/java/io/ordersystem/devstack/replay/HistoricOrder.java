package io.ordersystem.devstack.replay;

import io.ordersystem.devstack.client.OrderRequest.Address;
import io.ordersystem.devstack.client.OrderRequest.Contact;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Comparator;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * An order as it was placed then; all amounts in cents.
 *
 * @param shipped whether it has a {@code shippedDate}
 */
record HistoricOrder(
    int id,
    String customerId,
    Contact contact,
    Address address,
    long shippingAmount,
    boolean shipped,
    List<Line> lines) {

  /** One product at the price of that day; {@code discount} is a fraction of the line. */
  record Line(Product product, long unitPrice, int quantity, BigDecimal discount) {

    long amount() {
      return unitPrice * quantity;
    }

    /** What order-level amounts are shared out by. */
    long discounted() {
      return amount() - discountAmount();
    }

    /** The one place where money is rounded: half up to the cent, once per line. */
    long discountAmount() {
      return BigDecimal.valueOf(amount())
          .multiply(discount)
          .setScale(0, RoundingMode.HALF_UP)
          .longValueExact();
    }
  }

  long itemsAmount() {
    return lines.stream().mapToLong(Line::amount).sum();
  }

  long discountAmount() {
    return lines.stream().mapToLong(Line::discountAmount).sum();
  }

  long totalAmount() {
    return itemsAmount() - discountAmount() + shippingAmount;
  }

  /** A line and what it costs with its share of the shipping. */
  record Priced(Line line, long total) {}

  /**
   * The lines in their order with their shares of the shipping: in proportion to what they cost,
   * and the cents that are left over go to the largest fractions.
   */
  List<Priced> priced() {
    long[] costs = lines.stream().mapToLong(Line::discounted).toArray();
    long goods = totalAmount() - shippingAmount;
    var shares = new long[costs.length];
    var fractions = new long[costs.length];
    for (int i = 0; i < costs.length; i++) {
      long product = Math.multiplyExact(shippingAmount, goods == 0 ? 1 : costs[i]);
      long whole = goods == 0 ? costs.length : goods;
      shares[i] = product / whole;
      fractions[i] = product % whole;
    }
    IntStream.range(0, costs.length)
        .boxed()
        .sorted(Comparator.<Integer>comparingLong(i -> fractions[i]).reversed())
        .limit(shippingAmount - LongStream.of(shares).sum())
        .forEach(i -> shares[i]++);
    return IntStream.range(0, costs.length)
        .mapToObj(i -> new Priced(lines.get(i), costs[i] + shares[i]))
        .toList();
  }

  SortedSet<String> sellers() {
    return lines.stream()
        .map(line -> line.product().sellerId())
        .collect(Collectors.toCollection(TreeSet::new));
  }
}
