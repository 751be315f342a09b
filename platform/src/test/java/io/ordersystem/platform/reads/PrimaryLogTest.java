package io.ordersystem.platform.reads;

import static org.assertj.core.api.Assertions.assertThat;

import io.ordersystem.platform.sql.Position;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class PrimaryLogTest {
  private static final Duration FOR_EVER = Duration.ofNanos(Long.MAX_VALUE);

  private long seconds = 1_000;
  private final PrimaryLog log = new PrimaryLog(() -> TimeUnit.SECONDS.toNanos(seconds));

  @Test
  void nothingIsKnownBeforeThePrimaryHasAnswered() {
    assertThat(log.behind(at(1, 10))).isEqualTo(FOR_EVER);
  }

  @Test
  void aReplicaThatHasNotComeToWhereThePrimaryWasFirstSeenMayBeHoursBehind() {
    log.note(at(1, 10));
    assertThat(log.behind(at(1, 9))).isEqualTo(FOR_EVER);
    assertThat(log.behind(at(1, 10))).isZero();
  }

  @Test
  void aReplicaThatStandsStillFallsBehindByTheTimeThatThePrimaryHasGoneOn() {
    log.note(at(1, 10));
    seconds += 60;
    log.note(at(1, 10));
    assertThat(log.behind(at(1, 10))).as("the primary did nothing either").isZero();
    log.note(at(1, 20));
    seconds += 5;
    log.note(at(1, 30));
    assertThat(log.behind(at(1, 10))).isEqualTo(Duration.ofSeconds(5));
    assertThat(log.behind(at(1, 20))).isZero();
    seconds += 7;
    assertThat(log.behind(at(1, 10))).isEqualTo(Duration.ofSeconds(12));
    assertThat(log.behind(at(1, 30))).isZero();
  }

  @Test
  void anotherHistoryIsNeverNearEnough() {
    log.note(at(1, 10));
    log.note(at(2, 5));
    assertThat(log.behind(at(1, 99))).isEqualTo(FOR_EVER);
    assertThat(log.behind(at(2, 5))).isZero();
    assertThat(log.behind(new Position(8, 2, 99))).isEqualTo(FOR_EVER);
  }

  private static Position at(int timeline, long lsn) {
    return new Position(7, timeline, lsn);
  }
}
