package io.ordersystem.devstack.top;

import java.util.Locale;
import java.util.OptionalDouble;
import java.util.function.DoubleFunction;

/**
 * How figures are written: short, the same everywhere, and never a number for what is not known.
 */
final class Text {
  /** Nobody has told. */
  static final String UNKNOWN = "?";

  /** It is known that there is nothing of which this could be said. */
  static final String NOTHING = "-";

  private static final double MINUTE = 60;
  private static final double HOUR = 60 * MINUTE;
  private static final double DAY = 24 * HOUR;

  private Text() {}

  static String known(OptionalDouble value, DoubleFunction<String> text) {
    return value.isPresent() ? text.apply(value.getAsDouble()) : UNKNOWN;
  }

  static String rate(OptionalDouble perSecond) {
    return known(perSecond, value -> value < 10 ? format("%.2f", value) : format("%.1f", value));
  }

  static String count(OptionalDouble count) {
    return known(count, value -> format("%,.0f", value));
  }

  static String age(OptionalDouble seconds) {
    return known(seconds, Text::duration);
  }

  static String percent(OptionalDouble share) {
    return known(share, value -> format("%.0f%%", value * 100));
  }

  /** Seconds in at most seven characters, for less than a thousand days. */
  static String duration(double seconds) {
    if (seconds == 0) {
      return "0s";
    }
    if (seconds < 1) {
      return format(seconds < 0.01 ? "%.1fms" : "%.0fms", seconds * 1000);
    }
    if (seconds < 2 * MINUTE) {
      return unit(seconds, "s");
    }
    if (seconds < 2 * HOUR) {
      return unit(seconds / MINUTE, "min");
    }
    return seconds < 2 * DAY ? unit(seconds / HOUR, "h") : unit(seconds / DAY, "d");
  }

  private static String unit(double value, String unit) {
    return format(value < 10 ? "%.1f%s" : "%.0f%s", value, unit);
  }

  static String format(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }
}
