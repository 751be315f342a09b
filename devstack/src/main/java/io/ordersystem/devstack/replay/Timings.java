package io.ordersystem.devstack.replay;

import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/** How long the taken orders (201) took to be taken and to be decided. */
final class Timings {
  private static final long LONGEST_MICROS = 600_000_000;

  private final Histogram toAnswer = new ConcurrentHistogram(LONGEST_MICROS, 3);
  private final Histogram toFinal = new ConcurrentHistogram(LONGEST_MICROS, 3);

  void answered(long nanos) {
    toAnswer.recordValue(micros(nanos));
  }

  void decided(long nanos) {
    toFinal.recordValue(micros(nanos));
  }

  /** Milliseconds to the 201, 0 when there was none. */
  double answerMillis(double percentile) {
    return millis(toAnswer, percentile);
  }

  /** Milliseconds from sending to the final state as the caller saw it, 0 when there was none. */
  double finalMillis(double percentile) {
    return millis(toFinal, percentile);
  }

  private static long micros(long nanos) {
    return Math.min(nanos / 1_000, LONGEST_MICROS);
  }

  private static double millis(Histogram histogram, double percentile) {
    return histogram.getTotalCount() == 0
        ? 0
        : histogram.getValueAtPercentile(percentile) / 1_000.0;
  }
}
