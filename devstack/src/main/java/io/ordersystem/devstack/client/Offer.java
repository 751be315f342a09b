package io.ordersystem.devstack.client;

import org.jspecify.annotations.Nullable;

/** One seller's stock and price of one variant; the price in minor units. */
public record Offer(
    String variantId,
    String sellerId,
    String name,
    long unitPrice,
    String currency,
    int onHand,
    int reserved,
    int available) {

  /**
   * What a seller says about an offer.
   *
   * @param onHand only for an offer that does not exist yet
   */
  public record Terms(
      String name,
      long unitPrice,
      String currency,
      @Nullable Integer onHand,
      int lowStockThreshold) {}
}
