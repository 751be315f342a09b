package io.ordersystem.devstack.sandbox;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Money given back; it succeeds at once.
 *
 * @param amount in minor units
 * @param created seconds since the epoch
 */
record Refund(
    String id,
    String intent,
    String charge,
    long amount,
    String currency,
    @Nullable String reason,
    Map<String, String> metadata,
    long created) {

  Refund {
    metadata = Map.copyOf(metadata);
  }
}
