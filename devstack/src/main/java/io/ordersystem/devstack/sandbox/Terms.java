package io.ordersystem.devstack.sandbox;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What was agreed when an intent was created; never changes after that.
 *
 * @param amount in minor units of {@code currency}
 * @param currency lower-case ISO 4217 code
 * @param multicapture whether captures may leave the rest on hold
 * @param created seconds since the epoch
 */
record Terms(
    long amount,
    String currency,
    CaptureMethod captureMethod,
    boolean multicapture,
    Map<String, String> metadata,
    @Nullable String description,
    @Nullable String transferGroup,
    String clientSecret,
    long created) {

  Terms {
    metadata = Map.copyOf(metadata);
  }
}
