package io.ordersystem.devstack.database;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The text of a statement for a screen: on one line, without comments, and without its literals. A
 * session's statement has them as they were written, the statistics' in some cases, and a literal
 * may be what nobody may read, such as a card number.
 */
final class StatementText {
  /**
   * What can hide anything, from where it begins to where it ends, or to the end of a text that was
   * cut: comments, dollar-quoted and quoted strings. A backslash is taken for an escape, as it is
   * in some strings; in others too much becomes a question mark.
   */
  private static final Pattern HIDDEN =
      Pattern.compile(
          "(?<comment>--[^\\n]*|/\\*.*?(?:\\*/|$))"
              + "|\\$(?<tag>[A-Za-z_]*)\\$.*?(?:\\$\\k<tag>\\$|$)"
              + "|'(?:[^'\\\\]++|''|\\\\.)*+(?:'|\\\\?$)",
          Pattern.DOTALL);

  /** Digits that are no part of a name or parameter; of a name, such as no date has. */
  private static final Pattern NUMBER = Pattern.compile("(?<![\\w$])\\d[\\d.]*|\\d{9,}");

  private StatementText() {}

  /** At most {@code length} characters of it; a question mark for each literal. */
  static String line(@Nullable String statement, int length) {
    if (statement == null) {
      return "";
    }
    var hidden =
        HIDDEN.matcher(statement).replaceAll(it -> it.group("comment") == null ? "?" : " ");
    var line = NUMBER.matcher(hidden).replaceAll("?").replaceAll("\\s+", " ").strip();
    return line.length() <= length ? line : line.substring(0, length - 3) + "...";
  }
}
