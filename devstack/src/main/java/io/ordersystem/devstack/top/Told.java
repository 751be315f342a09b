package io.ordersystem.devstack.top;

import io.ordersystem.devstack.metrics.Histogram;
import io.ordersystem.devstack.metrics.Quantile;
import io.ordersystem.devstack.metrics.Samples;
import io.ordersystem.devstack.top.Observation.Heard;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.TimeUnit;

/**
 * A service's metrics now, and what has become of them since the look before.
 *
 * @param growth of counters; what it says counts only when {@code seconds} is a number
 * @param seconds how long that took; not a number unless the service has answered both times
 */
record Told(Samples now, Samples growth, double seconds) {
  static final Told NOTHING = new Told(Samples.NONE, Samples.NONE, Double.NaN);

  static Told of(Optional<Heard> before, Heard now) {
    boolean twice =
        now.failure() == null && before.filter(heard -> heard.failure() == null).isPresent();
    if (!twice) {
      return new Told(now.samples(), now.samples(), Double.NaN);
    }
    Heard earlier = before.orElseThrow();
    return new Told(
        now.samples(),
        now.samples().since(earlier.samples()),
        (now.nanos() - earlier.nanos()) / (double) TimeUnit.SECONDS.toNanos(1));
  }

  /**
   * The part of the growth, by the second: 0 for what has never happened, empty when not known.
   *
   * @param part of {@link #growth}
   */
  OptionalDouble perSecond(Samples part) {
    return Double.isNaN(seconds)
        ? OptionalDouble.empty()
        : OptionalDouble.of(part.sum().orElse(0) / seconds);
  }

  /** How {@link #perSecond} is written. */
  String rate(Samples part) {
    return Text.rate(perSecond(part));
  }

  /** How a quantile of what was observed in between is written. */
  String quantile(Samples buckets, double share) {
    if (Double.isNaN(seconds)) {
      return Text.UNKNOWN;
    }
    return Histogram.of(buckets).quantile(share).map(Told::text).orElse(Text.NOTHING);
  }

  private static String text(Quantile quantile) {
    return switch (quantile.knowledge()) {
          case ABOUT -> "";
          case AT_MOST -> "≤";
          case MORE_THAN -> ">";
        }
        + Text.duration(quantile.value());
  }
}
