package io.ordersystem.devstack.sandbox;

import java.time.Duration;

/**
 * How much the sandbox holds before it refuses or forgets.
 *
 * @param intents then new ones are refused
 * @param events the newest are listed, older ones forgotten
 * @param answers idempotency keys remembered, the oldest forgotten first
 * @param answersFor how long a key is remembered, as at Stripe
 * @param underWay requests at once, then 429
 */
record Limits(int intents, int events, int answers, Duration answersFor, int underWay) {
  private static final int MOST_INTENTS = 250_000;
  private static final int LEAST_INTENTS = 1_000;
  private static final long OVERHEAD = 32L << 20;

  /**
   * Measured: 1.7 KB for an intent and one key; captures and refunds come with keys of their own.
   */
  private static final long BYTES_PER_INTENT = 3 << 10;

  /** What fits into a heap of that many bytes: a clear refusal is better than running out of it. */
  static Limits forHeap(long bytes) {
    var fitting = (bytes - OVERHEAD) / BYTES_PER_INTENT;
    var intents = Math.clamp(fitting, LEAST_INTENTS, MOST_INTENTS);
    return new Limits(intents, 10_000, 2 * intents, Duration.ofHours(24), 1_000);
  }
}
