package io.ordersystem.platform.reads;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class BackOffTest {
  private long millis = 1_000;
  private final BackOff backOff =
      new BackOff(3, Duration.ofSeconds(5), () -> TimeUnit.MILLISECONDS.toNanos(millis));

  @Test
  void severalSlowReadingsWithinASecondBeginItAndItEndsByItself() {
    assertThat(backOff.slow()).isFalse();
    assertThat(backOff.slow()).isFalse();
    millis += 1_000;
    assertThat(backOff.slow()).isTrue();
    millis += 4_999;
    assertThat(backOff.isOn()).isTrue();
    millis += 1;
    assertThat(backOff.isOn()).isFalse();
  }

  @Test
  void asManyOverALongerTimeDoNot() {
    for (int n = 0; n < 100; n++) {
      assertThat(backOff.slow()).isFalse();
      millis += 501;
    }
    assertThat(backOff.isOn()).isFalse();
  }

  @Test
  void whatArrivesLateDoesNotLengthenItNorBeginTheNext() {
    backOff.slow();
    backOff.slow();
    backOff.slow();
    for (int n = 0; n < 100; n++) {
      millis += 49;
      assertThat(backOff.slow()).isFalse();
    }
    millis += 100;
    assertThat(backOff.isOn()).isFalse();
    assertThat(backOff.slow()).isFalse();
    assertThat(backOff.slow()).isFalse();
    assertThat(backOff.slow()).isTrue();
  }

  @Test
  void aShortOneBeginsAgainOnlyWithAsManySlowReadings() {
    var brief = new BackOff(2, Duration.ofMillis(10), () -> TimeUnit.MILLISECONDS.toNanos(millis));
    brief.slow();
    assertThat(brief.slow()).isTrue();
    millis += 10;
    assertThat(brief.slow()).isFalse();
    assertThat(brief.slow()).isTrue();
  }
}
