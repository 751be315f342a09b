package io.ordersystem.platform.cache;

import io.ordersystem.platform.sql.Position;
import java.util.Locale;

/**
 * What orders the values of one key: 40 hexadecimal digits, of which the first 16 name what the
 * others count. Versions with different names do not compare: the newcomer wins.
 */
public record Version(String text) {
  private static final int NAME = 16;

  /** A number that ascends with each change of the value. */
  public static Version of(long number) {
    return new Version(String.format(Locale.ROOT, "%040x", number));
  }

  /**
   * Where the database was when the value was read: a value includes all that was written there.
   */
  public static Version of(Position position) {
    return new Version(position.text());
  }

  /** Whether a value of this version gives way to the other one. */
  boolean isBefore(Version other) {
    return !text.regionMatches(0, other.text, 0, NAME) || text.compareTo(other.text) < 0;
  }
}
