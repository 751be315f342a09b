package io.ordersystem.devstack.link;

import java.util.Arrays;
import java.util.Locale;

/** What can be done to a link. */
public enum LinkMode {
  /** Everything flows again. */
  HEAL,
  /** Connections break, new ones are refused. */
  CUT,
  /** Nothing flows, nothing is closed. */
  PAUSE,
  /** Connections break, new ones lead to another port of this machine. Healing leaves it so. */
  REDIRECT,
  /** Each piece of data waits for so many milliseconds. */
  DELAY,
  /** Each connection breaks after so many bytes towards the server. */
  DROP_AFTER,
  /** The next COMMIT does not reach PostgreSQL; its connection breaks. Once. */
  LOSE_COMMIT,
  /** The next COMMIT is answered, and the answer is lost with its connection. Once. */
  LOSE_COMMIT_ANSWER;

  /** As people write it: {@code drop-after}. */
  public String id() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /**
   * The mode of that name.
   *
   * @throws IllegalArgumentException naming all modes, when there is none
   */
  public static LinkMode of(String id) {
    return Arrays.stream(values())
        .filter(mode -> mode.id().equals(id))
        .findFirst()
        .orElseThrow(() ->
            new IllegalArgumentException(
                "no mode is called "
                    + id
                    + "; there are "
                    + Arrays.stream(values()).map(LinkMode::id).toList()));
  }
}
