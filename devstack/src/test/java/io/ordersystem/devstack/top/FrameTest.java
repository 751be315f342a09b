package io.ordersystem.devstack.top;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** A frame of two looks (src/test/resources/top) that are two seconds apart. */
class FrameTest {
  private final List<String> frame = Frame.of(Looks.before(), Looks.now());

  @Test
  void saysWhenAndWhoDoesNotAnswer() {
    assertThat(frame.subList(0, 3))
        .containsExactly(
            "order system  22:15:22 UTC  what happened in the last 2.0 s; - is none, ? is not known",
            "NO ANSWER from payment-service: nobody answers on http://127.0.0.1:9083",
            "");
  }

  @Test
  void showsOrdersPaymentsAndReservations() {
    assertThat(left())
        .containsExactly(
            "ORDERS                      per s     p50     p99",
            // 125 - 100 in 2 s. The 12.5th of 25: 10 below 10 ms, 10 up to 25 ms, and of them the
            // 2.5th: 10 + 15 * 2.5 / 10. The 24.75th is the only one in its bucket.
            "created                      12.5    14ms  ≤100ms",
            // 20. The 10th: 4 up to 100 ms, 12 up to 250 ms: 100 + 150 * 6 / 12.
            // The 19.8th: 16 up to 500 ms, 4 up to 1 s: 500 + 500 * 3.8 / 4.
            "confirmed                    10.0   175ms   975ms",
            // Both edges below.
            "cancelled                    1.00",
            // It was not there before.
            "  confirmed -> cancelled     0.50",
            "  pending -> cancelled       0.50",
            "  pending -> confirmed       10.0",
            "  for customer               0.50",
            "  for out_of_stock           0.50",
            "requests repeated            0.50",
            "requests refused             0.00",
            "requests failed              0.00",
            "",
            // It does not answer.
            "PAYMENTS                    per s     p50     p99",
            "authorized                      ?       ?       ?",
            "declined                        ?       ?       ?",
            "action_required                 ?       ?       ?",
            "",
            // A new process, which has granted 12 since it was started; the one before 400.
            "RESERVATIONS per s      granted  refused   failed",
            "by orders                  6.00     1.50     0.00",
            "by rest                    0.00     0.00     0.50",
            "");
  }

  @Test
  void showsProcessesSagasReadsAndInvariants() {
    assertThat(right())
        .containsExactly(
            // Half a second of a processor in two; the new process needed three to start.
            "SERVICES        cpu   MiB  outbox  oldest  sent/s",
            "order           25%   260       7   250ms    25.0",
            // The outbox was not sampled yet.
            "inventory      150%   260       ?       ?    1.00",
            "payment           ?     0       ?       ?       ?",
            // It did not answer before: what is now is known, what has happened is not.
            "notification      ?   260       0      0s       ?",
            "",
            "SAGAS                             waiting overdue",
            "authorizing                             1     75s",
            "reserving                               3      0s",
            "flagged for somebody                    2",
            "",
            "READS                               per s   share",
            "replica                              15.0     75%",
            "primary: asked                       5.00     25%",
            "",
            // 30 hits, 9 misses, 1 that was too old.
            "CACHE                               per s    hits",
            "order                                20.0     75%",
            "",
            "INVARIANTS                                   rows",
            // I2 of inventory and I3; nobody has looked for I9.
            "2 of 4 hold",
            "I9 of order                                     ?",
            "I10 of order VIOLATED                           4");
  }

  @Test
  void showsConsumersAndTheStockThatIsMostReserved() {
    assertThat(frame.subList(26, frame.size()))
        .containsExactly(
            "CONSUMERS                                    per s   in hand  in Kafka delay p50       p99    parked",
            // Two, both beyond the highest bound.
            "order         payment-events                  1.00       13s     1,200      >30s      >30s         3",
            // 2, exported twice, and 3 in two partitions; of a third Kafka's client does not know.
            "order         reservation-events              10.0        0s         5    ≤5.0ms    ≤5.0ms         0",
            // Nothing came, and no partition is assigned.
            "order         stock-state                     0.00        0s         ?         -         -         0",
            "notification  order-events                       ?        0s         ?         ?         ?         0",
            "",
            "MOST RESERVED NOW                         seller                        reserved   on hand      free",
            "tea                                       seller-1                         1,040     2,000       960",
            "v".repeat(40) + "… " + "s".repeat(26) + "…          1         1         0");
  }

  @Test
  void isNowhereWiderThanAHundredCharacters() {
    assertThat(frame).allMatch(line -> line.length() <= 100);
    var silent =
        new Observation(
            Looks.now().time(),
            List.of(),
            new Observation.Stock(List.of(), "the database cannot be asked: " + "x".repeat(60)));
    assertThat(Frame.of(silent, silent))
        .allMatch(line -> line.length() <= 100)
        .anyMatch(line -> line.startsWith("NO ANSWER from the database: ") && line.endsWith("x…"))
        .contains("created                         ?       ?       ?", "?");
  }

  private List<String> left() {
    return frame.subList(3, 25).stream()
        .map(line -> line.substring(0, Math.min(49, line.length())).stripTrailing())
        .toList();
  }

  private List<String> right() {
    return frame.subList(3, 25).stream()
        .map(line -> line.length() < 51 ? "" : line.substring(51))
        .toList();
  }
}
