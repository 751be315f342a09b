package io.ordersystem.inventory.offers;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.ordersystem.inventory.stock.Stock;
import org.jspecify.annotations.Nullable;

/** An offer as callers see it. Prices in minor units of {@code currency}. */
@JsonInclude(JsonInclude.Include.NON_NULL)
record OfferView(
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
    long version) {

  static OfferView of(Stock stock) {
    return new OfferView(
        stock.key().variantId(),
        stock.key().sellerId(),
        stock.sku(),
        stock.name(),
        stock.unitPrice(),
        stock.currency(),
        stock.onHand(),
        stock.reserved(),
        stock.available(),
        stock.lowStockThreshold(),
        stock.version());
  }
}
