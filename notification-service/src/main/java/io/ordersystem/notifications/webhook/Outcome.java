package io.ordersystem.notifications.webhook;

import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What became of one attempt.
 *
 * @param status the HTTP status; null when there was no answer
 * @param error why it counts as failed, in words that tell nothing about our network
 * @param body the beginning of the answer
 */
record Outcome(
    Kind kind,
    @Nullable Integer status,
    Duration duration,
    @Nullable String error,
    @Nullable String body) {

  /** Outcomes as they are counted. */
  enum Kind {
    /** Any 2xx. */
    DELIVERED,
    /** 410: never again. */
    GONE,
    /** 3xx, which is never followed. */
    REDIRECTED,
    /** Another status. */
    REFUSED,
    TIMED_OUT,
    /** No connection, no TLS, or it broke. */
    UNREACHABLE,
    /** The address must not be connected to. */
    BLOCKED;

    /** As label of metrics. */
    String label() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  boolean delivered() {
    return kind == Kind.DELIVERED;
  }
}
