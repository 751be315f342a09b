package io.ordersystem.devstack.replay;

import io.ordersystem.devstack.client.OrderView;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** One order as answered against the same order in the files: every amount, child and line. */
final class OrderComparison {
  private final HistoricOrder order;
  private final OrderView view;
  private final List<String> differences = new ArrayList<>();

  private OrderComparison(HistoricOrder order, OrderView view) {
    this.order = order;
    this.view = view;
  }

  static List<String> differences(HistoricOrder order, OrderView view) {
    var comparison = new OrderComparison(order, view);
    comparison.compareAmounts();
    comparison.compareSplit();
    comparison.compareLines();
    return comparison.differences;
  }

  private void compareAmounts() {
    same("customerId", order.customerId(), view.customerId());
    same("currency", Stocktaking.CURRENCY, view.currency());
    same("itemsAmount", order.itemsAmount(), view.itemsAmount());
    same("discountAmount", order.discountAmount(), view.discountAmount());
    same("shippingAmount", order.shippingAmount(), view.shippingAmount());
    same("taxAmount", 0L, view.taxAmount());
    same("totalAmount", order.totalAmount(), view.totalAmount());
  }

  private void compareSplit() {
    var sellers = order.sellers();
    boolean split = sellers.size() > 1;
    same("isSplit", split, view.isSplit());
    same("number of children", split ? sellers.size() : 0, view.children().size());
    if (!split) {
      compareSum("the order", view);
      return;
    }
    same(
        "sellers of the children",
        sellers.toString(),
        view.children().stream()
            .map(child -> String.valueOf(child.sellerId()))
            .collect(Collectors.toCollection(TreeSet::new))
            .toString());
    same(
        "sum of the children",
        view.totalAmount(),
        view.children().stream().mapToLong(OrderView::totalAmount).sum());
    view.children().forEach(this::compareChild);
  }

  private void compareChild(OrderView child) {
    var name = "child of " + child.sellerId();
    var lines =
        order.lines().stream()
            .filter(line -> line.product().sellerId().equals(child.sellerId()))
            .toList();
    same(name + " status", view.status(), child.status());
    same(
        name + " itemsAmount",
        lines.stream().mapToLong(HistoricOrder.Line::amount).sum(),
        child.itemsAmount());
    same(
        name + " discountAmount",
        lines.stream().mapToLong(HistoricOrder.Line::discountAmount).sum(),
        child.discountAmount());
    compareSum(name, child);
  }

  private void compareSum(String name, OrderView part) {
    same(
        name + " totalAmount by its amounts",
        part.itemsAmount() - part.discountAmount() + part.shippingAmount() + part.taxAmount(),
        part.totalAmount());
    same(
        name + " sum of its lines",
        part.totalAmount(),
        part.items().stream().mapToLong(OrderView.Item::totalPrice).sum());
  }

  private void compareLines() {
    var items = view.allItems();
    same("number of lines", order.lines().size(), items.size());
    same(
        "shipping of all lines",
        order.shippingAmount(),
        items.stream().mapToLong(OrderView.Item::shippingAmount).sum());
    for (var line : order.lines()) {
      var variant = line.product().variantId();
      items.stream()
          .filter(item -> item.variantId().equals(variant))
          .findFirst()
          .ifPresentOrElse(
              item -> compareLine(line, item), () -> same("line " + variant, "there", "missing"));
    }
  }

  private void compareLine(HistoricOrder.Line line, OrderView.Item item) {
    var name = "line " + item.variantId();
    same(name + " sellerId", line.product().sellerId(), item.sellerId());
    same(name + " quantity", line.quantity(), item.quantity());
    same(name + " unitPrice", line.unitPrice(), item.unitPrice());
    same(name + " discountAmount", line.discountAmount(), item.discountAmount());
    same(
        name + " totalPrice",
        line.amount() - line.discountAmount() + item.shippingAmount() + item.taxAmount(),
        item.totalPrice());
  }

  private void same(String what, Object expected, Object actual) {
    if (!Objects.equals(expected, actual)) {
      differences.add(
          "order %d: %s is %s, expected %s".formatted(order.id(), what, actual, expected));
    }
  }
}
