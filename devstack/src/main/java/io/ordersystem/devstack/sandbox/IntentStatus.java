package io.ordersystem.devstack.sandbox;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** Where a payment intent stands; the names on the wire are Stripe's. */
enum IntentStatus {
  REQUIRES_PAYMENT_METHOD,
  REQUIRES_CONFIRMATION,
  REQUIRES_ACTION,
  PROCESSING,
  REQUIRES_CAPTURE,
  SUCCEEDED,
  CANCELED;

  @JsonValue
  String wire() {
    return name().toLowerCase(Locale.ROOT);
  }

  boolean confirmable() {
    return switch (this) {
      case REQUIRES_PAYMENT_METHOD, REQUIRES_CONFIRMATION, REQUIRES_ACTION -> true;
      case PROCESSING, REQUIRES_CAPTURE, SUCCEEDED, CANCELED -> false;
    };
  }

  boolean cancelable() {
    return switch (this) {
      case REQUIRES_PAYMENT_METHOD,
          REQUIRES_CONFIRMATION,
          REQUIRES_ACTION,
          PROCESSING,
          REQUIRES_CAPTURE ->
          true;
      case SUCCEEDED, CANCELED -> false;
    };
  }
}
