package io.ordersystem.platform.work;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class PaceTest {
  /** Not far from where a counter of nanoseconds begins anew. */
  private long now = Long.MAX_VALUE - 50;

  private final Pace pace = new Pace(Duration.ofNanos(100), () -> now);

  @Test
  void whatComesFirstBeginsAtOnceAndWhatFollowsWaits() {
    assertThat(pace.left()).isZero();
    pace.begin();
    assertThat(pace.left()).hasNanos(100);
    now += 99;
    assertThat(pace.left()).hasNanos(1);
    now += 1;
    assertThat(pace.left()).isZero();
    now += 1_000;
    assertThat(pace.left()).isZero();
    pace.begin();
    assertThat(pace.left()).hasNanos(100);
  }

  @Test
  void withoutAPaceNothingWaits() {
    var none = new Pace(Duration.ZERO, () -> now);
    none.begin();
    assertThat(none.left()).isZero();
  }
}
