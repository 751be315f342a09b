package io.ordersystem.devstack.metrics;

import static io.ordersystem.devstack.metrics.Quantile.Knowledge.ABOUT;
import static io.ordersystem.devstack.metrics.Quantile.Knowledge.AT_MOST;
import static io.ordersystem.devstack.metrics.Quantile.Knowledge.MORE_THAN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class HistogramTest {

  @Test
  void interpolatesWithinTheBucketOfTheRank() {
    // 10 below 100 ms, 80 between 100 and 500 ms, 10 between 500 ms and 1 s.
    var histogram = histogram(10, 90, 100, 100);
    assertThat(histogram.count()).isEqualTo(100);
    // The 50th is the 40th of 80 in its bucket.
    assertThat(histogram.quantile(0.5)).hasValue(new Quantile(ABOUT, 0.1 + 0.4 * 40 / 80));
    // The 99th is the 9th of 10.
    assertThat(histogram.quantile(0.99)).hasValue(new Quantile(ABOUT, 0.5 + 0.5 * 9 / 10));
    // The last one of a bucket is at its bound.
    assertThat(histogram.quantile(0.9)).hasValue(new Quantile(ABOUT, 0.5));
  }

  @Test
  void knowsOnlyABoundOfWhatIsInTheLowestBucket() {
    assertThat(histogram(50, 50, 50, 50).quantile(0.5)).hasValue(new Quantile(AT_MOST, 0.1));
  }

  @Test
  void knowsOnlyABoundOfASingleObservation() {
    assertThat(histogram(0, 20, 21, 21).quantile(0.99)).hasValue(new Quantile(AT_MOST, 1));
    assertThat(histogram(0, 1, 1, 1).quantile(0.5)).hasValue(new Quantile(AT_MOST, 0.5));
  }

  @Test
  void knowsOnlyThatItIsMoreOfWhatIsBeyondTheHighestBound() {
    assertThat(histogram(0, 0, 1, 10).quantile(0.5)).hasValue(new Quantile(MORE_THAN, 1));
  }

  @Test
  void hasNoQuantileOfNothing() {
    assertThat(histogram(0, 0, 0, 0).quantile(0.5)).isEmpty();
    assertThat(Histogram.of(Samples.NONE).quantile(0.5)).isEmpty();
    assertThat(Histogram.of(Samples.parse("b{le=\"+Inf\"} 3")).quantile(0.5)).isEmpty();
  }

  @Test
  void addsSeriesUpAndOrdersBoundsByTheirSize() {
    var histogram =
        Histogram.of(
            Samples.parse(
                """
                b{x="1",le="+Inf"} 4
                b{x="1",le="10.0"} 4
                b{x="1",le="2.0"} 0
                b{x="2",le="+Inf"} 6
                b{x="2",le="10.0"} 4
                b{x="2",le="2.0"} 2
                """));
    assertThat(histogram.count()).isEqualTo(10);
    assertThat(histogram.quantile(0.5)).hasValue(new Quantile(ABOUT, 2 + 8.0 * 3 / 6));
  }

  @Test
  void isNotConfusedByALaterBucketThatWasReadEarlier() {
    // The fifth was counted up to 100 ms, and up to 500 ms not yet: the sixth is the first of five.
    assertThat(histogram(5, 4, 10, 10).quantile(0.6))
        .hasValue(new Quantile(ABOUT, 0.5 + 0.5 * 1 / 5));
  }

  @Test
  void refusesWhatIsNoBucket() {
    assertThatThrownBy(() -> Histogram.of(Samples.parse("b 3")))
        .isInstanceOf(IllegalArgumentException.class);
  }

  /** At most 0.1, 0.5, 1 and any number of seconds. */
  private static Histogram histogram(int tenth, int half, int one, int all) {
    return Histogram.of(
        Samples.parse(
            """
            b{le="0.1"} %d
            b{le="0.5"} %d
            b{le="1.0"} %d
            b{le="+Inf"} %d
            """
                .formatted(tenth, half, one, all)));
  }
}
