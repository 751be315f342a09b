package io.ordersystem.contracts.inventory;

import org.jspecify.annotations.Nullable;

/**
 * An offer as it is now: one seller's price and stock of one variant.
 *
 * @param unitPrice minor units of {@code currency}
 * @param available {@code onHand - reserved}
 * @param deleted the offer was withdrawn and can no longer be ordered
 */
public record StockState(
    String variantId,
    String sellerId,
    @Nullable String sku,
    String name,
    long unitPrice,
    String currency,
    int onHand,
    int reserved,
    int available,
    @Nullable Integer lowStockThreshold,
    boolean deleted) {}
