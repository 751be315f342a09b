package io.ordersystem.devstack.metrics;

import io.ordersystem.devstack.metrics.Quantile.Knowledge;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/** How many observations were at most so large, by the bounds of a histogram's buckets. */
public final class Histogram {
  private static final String BOUND = "le";

  private final NavigableMap<Double, Double> upTo;

  private Histogram(NavigableMap<Double, Double> upTo) {
    this.upTo = upTo;
  }

  /**
   * All of them together, whatever their other labels are.
   *
   * @param buckets samples that end with {@code _bucket}, of one metric
   * @throws IllegalArgumentException when one has no bound
   */
  public static Histogram of(Samples buckets) {
    var upTo = new TreeMap<Double, Double>();
    for (Sample bucket : buckets.all()) {
      upTo.merge(bound(bucket), bucket.value(), Double::sum);
    }
    // Read one after the other while others count: a later bucket may have missed one.
    double most = 0;
    for (var bucket : upTo.entrySet()) {
      most = Math.max(most, bucket.getValue());
      bucket.setValue(most);
    }
    return new Histogram(upTo);
  }

  private static double bound(Sample bucket) {
    String bound = bucket.label(BOUND);
    try {
      return bound.equals("+Inf") ? Double.POSITIVE_INFINITY : Double.parseDouble(bound);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("no bucket: " + bucket, e);
    }
  }

  /** How many there are. */
  public double count() {
    return upTo.isEmpty() ? 0 : upTo.lastEntry().getValue();
  }

  /**
   * Below what so many of the observations are, interpolated within a bucket as Prometheus does it.
   * Where there is nothing to interpolate only a bound is known: below the lowest bound, beyond the
   * highest, and of a bucket with a single observation.
   *
   * @param share 0 to 1
   * @return empty when there is no observation
   */
  public Optional<Quantile> quantile(double share) {
    double rank = share * count();
    double lower = Double.NaN;
    double below = 0;
    for (var bucket : upTo.entrySet()) {
      double upper = bucket.getKey();
      double within = bucket.getValue() - below;
      if (bucket.getValue() >= rank && within > 0) {
        return quantile(lower, upper, within, rank - below);
      }
      lower = upper;
      below = bucket.getValue();
    }
    return Optional.empty();
  }

  private static Optional<Quantile> quantile(
      double lower, double upper, double within, double position) {
    boolean lowest = Double.isNaN(lower);
    if (Double.isInfinite(upper)) {
      return lowest ? Optional.empty() : Optional.of(new Quantile(Knowledge.MORE_THAN, lower));
    }
    if (lowest || within <= 1) {
      return Optional.of(new Quantile(Knowledge.AT_MOST, upper));
    }
    return Optional.of(new Quantile(Knowledge.ABOUT, lower + (upper - lower) * position / within));
  }
}
