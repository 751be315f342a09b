package io.ordersystem.orders.order;

import io.ordersystem.contracts.EventType;
import io.ordersystem.contracts.inventory.ReturnStock;

/** Goods that came back and can be sold again: taken into stock once their money was given back. */
public final class Restock {
  private Restock() {}

  /** Nothing to do for a refund without goods, or of goods that cannot be sold again. */
  public static void ask(
      OrderProcess process, Order leaf, Refund refund, OrderProcess.Moment moment) {
    if (!refund.restock() || refund.lines().isEmpty()) {
      return;
    }
    var lines =
        refund.lines().stream()
            .map(line ->
                new ReturnStock.Line(leaf.item(line.itemId()).reservationKey(), line.quantity()))
            .toList();
    process.ask(
        refund.id(),
        EventType.RETURN_STOCK,
        new ReturnStock(process.tree().id().toString(), refund.id().toString(), lines),
        moment);
  }
}
