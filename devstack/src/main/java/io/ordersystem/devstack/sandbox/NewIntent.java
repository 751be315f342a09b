package io.ordersystem.devstack.sandbox;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A checked request for a new intent; {@code amount} is in minor units. */
record NewIntent(
    long amount,
    String currency,
    CaptureMethod captureMethod,
    boolean multicapture,
    Map<String, String> metadata,
    @Nullable String description,
    @Nullable String transferGroup,
    @Nullable String paymentMethod,
    @Nullable String returnUrl) {

  Terms terms(String clientSecret, long created) {
    return new Terms(
        amount,
        currency,
        captureMethod,
        multicapture,
        metadata,
        description,
        transferGroup,
        clientSecret,
        created);
  }
}
