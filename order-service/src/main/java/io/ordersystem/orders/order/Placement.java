package io.ordersystem.orders.order;

import io.ordersystem.contracts.order.OrderContact;
import io.ordersystem.platform.amounts.Apportioning;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * An order as it is about to be placed: who, what at which price, and the order-level amounts.
 * Turns into a tree: one order, or a parent with a child per seller. Lines move to the children as
 * they are; order-level amounts are apportioned to the lines by what the lines cost, so every sum
 * holds to the minor unit.
 *
 * @param orderDiscount on top of the lines' own, at most what the lines cost after theirs
 */
public record Placement(
    String customerId,
    String currency,
    List<Line> lines,
    long shipping,
    long orderDiscount,
    long orderTax,
    String paymentMethod,
    OrderContact.@Nullable Address shippingAddress,
    OrderContact.@Nullable Contact contact) {

  /**
   * A priced line.
   *
   * @param discount the line's own, at most {@code unitPrice * quantity}
   */
  public record Line(
      String variantId,
      String sellerId,
      String name,
      int quantity,
      long unitPrice,
      long discount,
      long tax) {
    long goods() {
      return Math.multiplyExact(unitPrice, quantity);
    }

    long net() {
      return goods() - discount;
    }
  }

  /**
   * The tree, all PENDING, version 1.
   *
   * @param idAt makes a UUIDv7 of a moment: parent and children carry the same millisecond
   */
  public OrderTree place(Function<Instant, UUID> idAt, Instant now, Instant expiresAt) {
    var itemsBySeller = new LinkedHashMap<String, List<Item>>();
    items(idAt, now)
        .forEach(item ->
            itemsBySeller.computeIfAbsent(item.sellerId(), s -> new ArrayList<>()).add(item));
    UUID rootId = idAt.apply(now);
    String number = OrderNumber.at(now);
    if (itemsBySeller.size() == 1) {
      var only = itemsBySeller.entrySet().iterator().next();
      Header header =
          header(rootId, rootId, null, number, only.getKey(), only.getValue(), now, expiresAt);
      return new OrderTree(Order.placed(header, only.getValue()), List.of());
    }
    var children = new ArrayList<Order>();
    for (Map.Entry<String, List<Item>> seller : itemsBySeller.entrySet()) {
      String childNumber = OrderNumber.child(number, children.size() + 1);
      Header header =
          header(
              idAt.apply(now),
              rootId,
              rootId,
              childNumber,
              seller.getKey(),
              seller.getValue(),
              now,
              expiresAt);
      children.add(Order.placed(header, seller.getValue()));
    }
    List<Item> all = itemsBySeller.values().stream().flatMap(List::stream).toList();
    Header parent = header(rootId, rootId, null, number, null, all, now, expiresAt);
    return new OrderTree(Order.placed(parent, List.of()), children);
  }

  private List<Item> items(Function<Instant, UUID> idAt, Instant now) {
    long[] shippings = Apportioning.byLargestRemainder(shipping, weights());
    long[] discounts = Apportioning.byLargestRemainder(orderDiscount, weights());
    long[] taxes = Apportioning.byLargestRemainder(orderTax, weights());
    var items = new ArrayList<Item>();
    for (int i = 0; i < lines.size(); i++) {
      Line line = lines.get(i);
      UUID id = idAt.apply(now);
      var amounts =
          new Amounts(
              line.goods(),
              shippings[i],
              Math.addExact(line.discount(), discounts[i]),
              Math.addExact(line.tax(), taxes[i]));
      items.add(
          new Item(
              id,
              i + 1,
              line.variantId(),
              line.sellerId(),
              line.name(),
              line.quantity(),
              line.unitPrice(),
              amounts,
              ItemStatus.PENDING,
              id.toString(),
              Item.Progress.NONE));
    }
    return items;
  }

  /** What order-level amounts are apportioned by: what each line costs after its own discount. */
  public long[] weights() {
    return lines.stream().mapToLong(Line::net).toArray();
  }

  private Header header(
      UUID id,
      UUID rootId,
      @Nullable UUID parentId,
      String number,
      @Nullable String sellerId,
      List<Item> items,
      Instant now,
      Instant expiresAt) {
    return new Header(
        id,
        rootId,
        parentId,
        number,
        sellerId == null,
        customerId,
        sellerId,
        currency,
        Amounts.sum(items.stream().map(Item::amounts).toList()),
        items.size(),
        paymentMethod,
        shippingAddress,
        contact,
        now,
        expiresAt);
  }
}
