package io.ordersystem.contracts.inventory;

import org.jspecify.annotations.Nullable;

/**
 * How much there is of an offer when it became low, ran out or came back.
 *
 * @param available {@code onHand - reserved}
 * @param lowStockThreshold at which the offer counts as low; absent when the seller set none
 */
public record StockLevelChanged(
    String variantId,
    String sellerId,
    @Nullable String sku,
    int onHand,
    int reserved,
    int available,
    @Nullable Integer lowStockThreshold) {}
