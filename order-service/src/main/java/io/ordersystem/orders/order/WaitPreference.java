package io.ordersystem.orders.order;

import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** {@code Prefer: wait=N} of RFC 7240; seconds, at most ten are honoured. */
public final class WaitPreference {
  private static final Pattern WAIT = Pattern.compile("(?:^|[,;\\s])wait\\s*=\\s*\"?(\\d{1,6})\"?");
  private static final int MOST = 10;

  private WaitPreference() {}

  /** How long the caller wants to wait; empty when it does not, or says something else. */
  public static Optional<Duration> of(@Nullable String prefer) {
    if (prefer == null) {
      return Optional.empty();
    }
    Matcher matcher = WAIT.matcher(prefer);
    return matcher.find() && Integer.parseInt(matcher.group(1)) > 0
        ? Optional.of(Duration.ofSeconds(Math.min(MOST, Integer.parseInt(matcher.group(1)))))
        : Optional.empty();
  }
}
