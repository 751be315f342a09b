package io.ordersystem.platform.faults;

import java.time.Duration;
import java.util.Locale;

/**
 * What happens at a point, once.
 *
 * @param after passes that are let go by first
 * @param pause how long a delay lasts
 */
public record Fault(Action action, int after, Duration pause) {
  /** Longer delays are refused: by then every lease and time-out has run out. */
  public static final Duration LONGEST = Duration.ofMinutes(2);

  /** The kinds of faults. */
  public enum Action {
    /** The process ends at once, without shutdown hooks: what SIGKILL leaves behind. */
    KILL,
    /** The passing chain waits. */
    DELAY,
    /** The passing chain sees its connection break. */
    FAIL;

    /**
     * The action of that name.
     *
     * @throws IllegalArgumentException when there is none
     */
    public static Action of(String name) {
      return valueOf(name.toUpperCase(Locale.ROOT));
    }
  }

  /**
   * Checks the limits.
   *
   * @throws IllegalArgumentException when the delay is too long or a number negative
   */
  public Fault {
    if (after < 0 || pause.isNegative() || pause.compareTo(LONGEST) > 0) {
      throw new IllegalArgumentException("a delay is 0 to " + LONGEST + ", after is 0 or more");
    }
  }
}
