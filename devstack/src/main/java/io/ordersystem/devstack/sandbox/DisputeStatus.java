package io.ordersystem.devstack.sandbox;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** Where a dispute stands: those of Stripe's statuses that move money. */
enum DisputeStatus {
  NEEDS_RESPONSE,
  WON,
  LOST;

  @JsonValue
  String wire() {
    return name().toLowerCase(Locale.ROOT);
  }
}
