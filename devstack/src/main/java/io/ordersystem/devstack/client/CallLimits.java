package io.ordersystem.devstack.client;

import java.time.Duration;

/**
 * How long and how often a call is tried.
 *
 * @param connectTimeout until the connection stands
 * @param answerTimeout until one attempt is answered; longer than the longest {@code Prefer: wait}
 * @param attempts how often at most, the first included
 * @param pause before the second attempt when the answer names no {@code Retry-After}; doubles with
 *     each attempt
 * @param longestPause cap of one pause, also of what {@code Retry-After} may ask for
 */
public record CallLimits(
    Duration connectTimeout,
    Duration answerTimeout,
    int attempts,
    Duration pause,
    Duration longestPause) {

  /** Rides out the restart of a service (about ten seconds) and no more. */
  public static final CallLimits STANDARD =
      new CallLimits(
          Duration.ofSeconds(5),
          Duration.ofSeconds(30),
          8,
          Duration.ofMillis(100),
          Duration.ofSeconds(5));

  /** The same with attempts for about so long, and never fewer than here. */
  public CallLimits within(Duration patience) {
    long pauses = patience.dividedBy(Duration.ofSeconds(2));
    return new CallLimits(
        connectTimeout,
        answerTimeout,
        (int) Math.max(attempts, Math.min(pauses, 10_000)),
        pause,
        longestPause);
  }

  public CallLimits {
    if (attempts < 1) {
      throw new IllegalArgumentException("attempts must be at least 1, was " + attempts);
    }
  }
}
