package io.ordersystem.orders.placement;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.ordersystem.orders.order.Amounts;
import io.ordersystem.orders.order.Item;
import io.ordersystem.orders.order.Order;
import io.ordersystem.orders.order.OrderTree;
import io.ordersystem.orders.order.Placement;
import io.ordersystem.platform.amounts.Apportioning;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An order as it would be placed now: the same amounts, children and lines, but no ids, because
 * nothing is stored. Amounts in minor units of {@code currency}.
 *
 * @param children one per seller when there are several, else none
 * @param items of an order of one seller; those of several are their children's
 * @param rounding how each order-level amount was divided among the lines
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record PreviewedOrder(
    String customerId,
    String currency,
    @Nullable String sellerId,
    boolean isSplit,
    long itemsAmount,
    long shippingAmount,
    long discountAmount,
    long taxAmount,
    long totalAmount,
    int itemCount,
    List<Child> children,
    List<Line> items,
    List<Rounding> rounding) {

  /** The part of one seller. */
  record Child(
      @Nullable String sellerId,
      long itemsAmount,
      long shippingAmount,
      long discountAmount,
      long taxAmount,
      long totalAmount,
      int itemCount,
      List<Line> items) {
    static Child of(Order order) {
      Amounts amounts = order.header().amounts();
      return new Child(
          order.header().sellerId(),
          amounts.goods(),
          amounts.shipping(),
          amounts.discount(),
          amounts.tax(),
          amounts.total(),
          order.items().size(),
          order.items().stream().map(Line::of).toList());
    }
  }

  /**
   * A line.
   *
   * @param line its place in the order, from 1; shares of the rounding refer to it
   */
  record Line(
      int line,
      String variantId,
      String sellerId,
      String name,
      int quantity,
      long unitPrice,
      long discountAmount,
      long shippingAmount,
      long taxAmount,
      long totalPrice) {
    static Line of(Item item) {
      return new Line(
          item.line(),
          item.variantId(),
          item.sellerId(),
          item.name(),
          item.quantity(),
          item.unitPrice(),
          item.amounts().discount(),
          item.amounts().shipping(),
          item.amounts().tax(),
          item.amounts().total());
    }
  }

  /**
   * How one order-level amount was divided: in proportion to what the lines cost, rounded down, the
   * units that were left over to the largest remainders.
   *
   * @param amount {@code shippingAmount}, {@code discountAmount} or {@code taxAmount}
   */
  record Rounding(String amount, long total, List<Share> shares) {}

  /**
   * A line's share.
   *
   * @param weight what the line costs after its own discount; the exact share is {@code total *
   *     weight / (sum of weights)}
   * @param roundedDown the exact share without its fraction
   * @param share what the line got: {@code roundedDown}, or one more
   */
  record Share(int line, long weight, long roundedDown, long share) {}

  static PreviewedOrder of(Placement placement, OrderTree tree) {
    Order root = tree.root();
    Amounts amounts = root.header().amounts();
    return new PreviewedOrder(
        placement.customerId(),
        placement.currency(),
        root.header().sellerId(),
        root.header().split(),
        amounts.goods(),
        amounts.shipping(),
        amounts.discount(),
        amounts.tax(),
        amounts.total(),
        root.header().itemCount(),
        tree.children().stream().map(Child::of).toList(),
        root.items().stream().map(Line::of).toList(),
        List.of(
            rounding("shippingAmount", placement.shipping(), placement),
            rounding("discountAmount", placement.orderDiscount(), placement),
            rounding("taxAmount", placement.orderTax(), placement)));
  }

  private static Rounding rounding(String amount, long total, Placement placement) {
    long[] weights = placement.weights();
    long[] down = Apportioning.roundedDown(total, weights);
    long[] shares = Apportioning.byLargestRemainder(total, weights);
    var traced = new ArrayList<Share>();
    for (int i = 0; i < shares.length; i++) {
      traced.add(new Share(i + 1, weights[i], down[i], shares[i]));
    }
    return new Rounding(amount, total, traced);
  }
}
