package io.ordersystem.platform.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class FaultPointTest {
  private static final Path LIST =
      Path.of(System.getProperty("order-system.root"), "docs", "fault-points.md");

  /** {@code -Dfaults.refresh=true} writes the list instead. */
  @Test
  void theCheckedInListIsTheOneInTheCode() throws IOException {
    if (Boolean.getBoolean("faults.refresh")) {
      Files.writeString(LIST, list());
    }
    assertThat(Files.readString(LIST)).isEqualTo(list());
  }

  @Test
  void aFaultHappensOnceAfterThePassesThatAreLetGoBy() {
    var faults = new FaultPoints(true);
    faults.arm(FaultPoint.CALL_BEFORE, new Fault(Fault.Action.FAIL, 1, Duration.ZERO));
    faults.pass(FaultPoint.CALL_AFTER).await().indefinitely();
    faults.pass(FaultPoint.CALL_BEFORE).await().indefinitely();
    assertThatThrownBy(() -> faults.passBlocking(FaultPoint.CALL_BEFORE))
        .isInstanceOf(InjectedFault.class)
        .hasMessageContaining("call.before");
    faults.pass(FaultPoint.CALL_BEFORE).await().indefinitely();
    assertThat(faults.passes())
        .containsEntry(FaultPoint.CALL_BEFORE, 3L)
        .containsEntry(FaultPoint.CALL_AFTER, 1L)
        .containsEntry(FaultPoint.INBOX_AFTER_COMMIT, 0L);
  }

  @Test
  void nothingCanBeArmedWhereFaultsAreOff() {
    var faults = new FaultPoints(false);
    assertThatThrownBy(() ->
            faults.arm(FaultPoint.CALL_BEFORE, new Fault(Fault.Action.FAIL, 0, Duration.ZERO)))
        .isInstanceOf(IllegalStateException.class);
    faults.pass(FaultPoint.CALL_BEFORE).await().indefinitely();
  }

  @Test
  void refusesDelaysThatOutlastEveryLease() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Fault(Fault.Action.DELAY, 0, Duration.ofMinutes(3)));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Fault(Fault.Action.KILL, -1, Duration.ZERO));
  }

  private static String list() {
    var text =
        new StringBuilder(
            """
            # Fault points

            Generated from `FaultPoint` by `FaultPointTest` (`-Dfaults.refresh=true` writes it). `./order-system fault SERVICE POINT kill|delay|fail` arms one in a running service; `./order-system fault SERVICE` counts
            how often each was passed. The system test fails when one was never reached, and `./order-system prove crash` kills every service at every point that it passes.

            | point | a process that dies here leaves |
            |---|---|
            """);
    for (FaultPoint point : FaultPoint.values()) {
      text.append("| `%s` | %s |%n".formatted(point.id(), point.meaning()));
    }
    return text.toString();
  }
}
