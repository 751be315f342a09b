package io.ordersystem.devstack.client;

import org.jspecify.annotations.Nullable;

/** How much of a variant one seller, or all of them, can deliver now. */
public record Availability(
    String variantId, @Nullable String sellerId, int availableQuantity, boolean hasStock) {

  /** What is asked for; without a seller it is all sellers together. */
  public record Question(String variantId, @Nullable String sellerId, int quantity) {}
}
