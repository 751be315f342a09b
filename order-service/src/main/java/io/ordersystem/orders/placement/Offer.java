package io.ordersystem.orders.placement;

/**
 * A seller's offer of a variant, as far as order-service knows it.
 *
 * @param unitPrice minor units of {@code currency}
 * @param available a hint: stock is decided by inventory-service when it holds it
 */
record Offer(
    String variantId,
    String sellerId,
    String name,
    long unitPrice,
    String currency,
    int available) {}
