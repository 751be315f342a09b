package io.ordersystem.devstack.client;

import org.jspecify.annotations.Nullable;

/** How much of a variant the seller can deliver now; without a seller, the best-stocked one. */
public record Availability(
    String variantId, @Nullable String sellerId, int availableQuantity, boolean hasStock) {

  /** What is asked for; without a seller, of whichever has most. */
  public record Question(String variantId, @Nullable String sellerId, int quantity) {}
}
