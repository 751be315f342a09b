package io.ordersystem.devstack.replay;

import io.ordersystem.devstack.client.OrderRequest.Address;
import io.ordersystem.devstack.client.OrderRequest.Contact;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;

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

  SortedSet<String> sellers() {
    return lines.stream()
        .map(line -> line.product().sellerId())
        .collect(Collectors.toCollection(TreeSet::new));
  }
}
