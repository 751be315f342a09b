package io.ordersystem.devstack.sandbox;

import java.time.Duration;

/**
 * How much the sandbox holds before it refuses or forgets.
 *
 * @param intents then new ones are refused; about 1 KB of memory each
 * @param events the newest are listed, older ones forgotten
 * @param answers idempotency keys remembered, the oldest forgotten first
 * @param answersFor how long a key is remembered, as at Stripe
 * @param underWay requests at once, then 429
 */
record Limits(int intents, int events, int answers, Duration answersFor, int underWay) {
  static final Limits DEFAULT = new Limits(250_000, 10_000, 500_000, Duration.ofHours(24), 1_000);
}
