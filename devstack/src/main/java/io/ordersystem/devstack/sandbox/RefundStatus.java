package io.ordersystem.devstack.sandbox;

import java.util.Locale;

/** Where a refund stands; the names on the wire are Stripe's. */
enum RefundStatus {
  PENDING,
  SUCCEEDED,
  FAILED;

  String wire() {
    return name().toLowerCase(Locale.ROOT);
  }
}
