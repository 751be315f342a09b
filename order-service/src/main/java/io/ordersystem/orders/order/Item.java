package io.ordersystem.orders.order;

import io.ordersystem.contracts.order.OrderChanged;
import java.util.UUID;

/**
 * A line of an order. Quantity and amounts never change after placement.
 *
 * @param line its place in the order, from 1
 * @param reservationKey the key of its hold in inventory-service
 */
public record Item(
    UUID id,
    int line,
    String variantId,
    String sellerId,
    String name,
    int quantity,
    long unitPrice,
    Amounts amounts,
    ItemStatus status,
    String reservationKey) {

  Item become(ItemStatus next) {
    return new Item(
        id, line, variantId, sellerId, name, quantity, unitPrice, amounts, next, reservationKey);
  }

  OrderChanged.Item event() {
    return new OrderChanged.Item(
        id,
        variantId,
        sellerId,
        name,
        quantity,
        unitPrice,
        amounts.discount(),
        amounts.shipping(),
        amounts.tax(),
        amounts.total(),
        status.name(),
        reservationKey);
  }
}
