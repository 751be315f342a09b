package io.ordersystem.devstack.sandbox;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Money given back.
 *
 * @param amount in minor units
 * @param created seconds since the epoch
 * @param pendingUntil when it has succeeded, in seconds since the epoch; null for at once
 */
record Refund(
    String id,
    String intent,
    String charge,
    long amount,
    String currency,
    @Nullable String reason,
    Map<String, String> metadata,
    long created,
    @Nullable Long pendingUntil) {

  Refund {
    metadata = Map.copyOf(metadata);
  }

  /** As Stripe calls it at that second. */
  String status(long second) {
    return pendingUntil != null && second < pendingUntil ? "pending" : "succeeded";
  }
}
