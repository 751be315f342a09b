package io.ordersystem.devstack.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.YearMonth;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class FillMonthTest {
  @Test
  void theNewestMonthEndsFiveDaysAgoAndTheOthersAreWhole() {
    List<FillMonth> months = months("2026-11-26T14:00:00Z", 3, 10);
    assertThat(months)
        .extracting(FillMonth::suffix)
        .containsExactly("2026_09", "2026_10", "2026_11");
    assertThat(months)
        .extracting(FillMonth::until)
        .containsExactly(
            Instant.parse("2026-10-01T00:00:00Z"),
            Instant.parse("2026-11-01T00:00:00Z"),
            Instant.parse("2026-11-21T00:00:00Z"));
    assertThat(months).extracting(FillMonth::orders).containsExactly(4, 3, 3);
    assertThat(months).extracting(FillMonth::first).containsExactly(0, 4, 7);
    assertThat(months).extracting(FillMonth::newest).containsExactly(false, false, true);
  }

  @Test
  void aMonthThatHasJustBegunIsLeftOut() {
    assertThat(months("2026-12-06T00:00:00Z", 1, 1).getFirst().month())
        .isEqualTo(YearMonth.of(2026, 11));
    assertThat(months("2026-12-07T00:00:00Z", 1, 1).getFirst().month())
        .isEqualTo(YearMonth.of(2026, 12));
  }

  /** What {@code uuid7_floor} of the service's migrations answers for the same moments. */
  @Test
  void boundsAreThoseOfTheServicesPartitions() {
    FillMonth november = months("2026-11-26T14:00:00Z", 1, 1).getFirst();
    assertThat(november.lower()).isEqualTo(UUID.fromString("01a19467-e800-0000-0000-000000000000"));
    assertThat(november.upper()).isEqualTo(UUID.fromString("01a22ee6-b000-0000-0000-000000000000"));
  }

  private static List<FillMonth> months(String now, int months, int orders) {
    return FillMonth.of(FillPlan.of(orders, months, 1), Instant.parse(now));
  }
}
