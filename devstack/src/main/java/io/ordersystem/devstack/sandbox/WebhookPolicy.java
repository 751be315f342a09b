package io.ordersystem.devstack.sandbox;

import java.time.Duration;

/**
 * How hard delivery is tried. The pause doubles after each failure, with jitter, up to {@code
 * longestPause}; after {@code attempts} the event is given up and remains in the list only.
 *
 * @param timeout of one attempt
 * @param outstanding events waiting or under way at most; further ones are not sent before a
 *     restart
 * @param atOnce attempts under way at the same time, so their order is not certain
 */
record WebhookPolicy(
    int attempts,
    Duration firstPause,
    Duration longestPause,
    Duration timeout,
    int outstanding,
    int atOnce) {
  static final WebhookPolicy DEFAULT =
      new WebhookPolicy(
          8, Duration.ofMillis(500), Duration.ofSeconds(60), Duration.ofSeconds(5), 10_000, 64);

  /** The pause after the given number of failed attempts, before jitter. */
  Duration pauseAfter(int failures) {
    var doubled = firstPause.multipliedBy(1L << Math.min(failures - 1, 20));
    return doubled.compareTo(longestPause) < 0 ? doubled : longestPause;
  }
}
