package io.ordersystem.devstack.sandbox;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Money given back, or on its way.
 *
 * @param amount in minor units
 * @param created seconds since the epoch
 * @param endsAt when it is due to end, in milliseconds since the epoch; null once it has
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
    RefundCourse course,
    @Nullable Long endsAt) {

  Refund {
    metadata = Map.copyOf(metadata);
  }

  RefundStatus status() {
    return endsAt == null ? course.last() : course.first();
  }

  /** One of Stripe's reasons; the sandbox knows no other. */
  @Nullable String failureReason() {
    return status() == RefundStatus.FAILED ? "expired_or_canceled_card" : null;
  }

  Refund ended() {
    return new Refund(
        id, intent, charge, amount, currency, reason, metadata, created, course, null);
  }
}
