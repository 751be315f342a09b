package io.ordersystem.devstack.top;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TextTest {

  @ParameterizedTest
  @CsvSource({
    "0, 0s",
    "0.0004, 0.4ms",
    "0.005, 5.0ms",
    "0.25, 250ms",
    "1, 1.0s",
    "30, 30s",
    "300, 5.0min",
    "900, 15min",
    "5400, 90min",
    "7200, 2.0h",
    "86400, 24h",
    "864000, 10d"
  })
  void writesDurationsShort(double seconds, String text) {
    assertThat(Text.duration(seconds)).isEqualTo(text).hasSizeLessThanOrEqualTo(7);
  }

  @Test
  void writesNoNumberForWhatIsNotKnown() {
    assertThat(Text.rate(OptionalDouble.empty())).isEqualTo("?");
    assertThat(Text.rate(OptionalDouble.of(0))).isEqualTo("0.00");
    assertThat(Text.rate(OptionalDouble.of(1234.56))).isEqualTo("1234.6");
    assertThat(Text.count(OptionalDouble.of(100_000))).isEqualTo("100,000");
  }
}
