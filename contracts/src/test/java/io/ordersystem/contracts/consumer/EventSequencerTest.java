package io.ordersystem.contracts.consumer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.ordersystem.contracts.consumer.EventSequencer.Counters;
import io.ordersystem.contracts.consumer.EventSequencer.Outcome;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class EventSequencerTest {
  private final Orders source = new Orders(3, 10);
  private final SteppedClock clock = new SteppedClock();
  private final List<String> done = new ArrayList<>();
  private final List<String> asked = new ArrayList<>();
  private final Positions positions = Positions.inMemory();

  private Healer answers = (from, subject, version) -> source.after(subject, version, 100);

  private final EventSequencer sequencer = sequencer().build();

  private EventSequencer.Builder sequencer() {
    return EventSequencer.deliveringTo(event -> done.add(event.subject() + "#" + event.version()))
        .positions(positions)
        .clock(clock)
        .healer((from, subject, version) -> {
          asked.add(subject + ">" + version);
          return answers.after(from, subject, version);
        });
  }

  private static ConsumedEvent a(long version) {
    return Orders.event("order-0", version);
  }

  private static ConsumedEvent b(long version) {
    return Orders.event("order-1", version);
  }

  @Test
  void deliversWhatComesInOrderAndDropsWhatComesAgain() {
    assertThat(sequencer.offer(a(1))).isEqualTo(Outcome.DELIVERED);
    assertThat(sequencer.offer(b(1))).isEqualTo(Outcome.DELIVERED);
    assertThat(sequencer.offer(a(2))).isEqualTo(Outcome.DELIVERED);
    assertThat(sequencer.offer(a(1))).isEqualTo(Outcome.DUPLICATE);
    assertThat(sequencer.offer(a(2))).isEqualTo(Outcome.DUPLICATE);
    assertThat(done).containsExactly("order-0#1", "order-1#1", "order-0#2");
    assertThat(asked).isEmpty();
    assertThat(sequencer.counters()).isEqualTo(new Counters(3, 2, 0, 0, 0, 0, 0));
  }

  @Test
  void healsUpToWhatTheTopicHasShownAndNoFurther() {
    sequencer.offer(a(1));
    assertThat(sequencer.offer(a(4))).isEqualTo(Outcome.DELIVERED);
    assertThat(done).containsExactly("order-0#1", "order-0#2", "order-0#3", "order-0#4");
    assertThat(asked).containsExactly("order-0>1");
    assertThat(sequencer.offer(a(5))).isEqualTo(Outcome.DELIVERED);
    assertThat(sequencer.counters()).isEqualTo(new Counters(5, 0, 0, 1, 2, 0, 0));
  }

  @Test
  void aFirstEventAboveOneIsAGapFromTheBeginning() {
    sequencer.offer(a(3));
    assertThat(done).containsExactly("order-0#1", "order-0#2", "order-0#3");
    assertThat(asked).containsExactly("order-0>0");
  }

  @Test
  void fromNowOnBeginsWhereTheTopicBegins() {
    EventSequencer fromNowOn = sequencer().fromNowOn().build();
    fromNowOn.offer(a(3));
    assertThat(fromNowOn.offer(a(2))).isEqualTo(Outcome.DUPLICATE);
    fromNowOn.offer(a(5));
    assertThat(done).containsExactly("order-0#3", "order-0#4", "order-0#5");
    assertThat(asked).containsExactly("order-0>3");
  }

  @Test
  void asksForTheNextPageUntilTheGapIsClosed() {
    answers = (from, subject, version) -> source.after(subject, version, 2);
    sequencer.offer(a(8));
    assertThat(done).hasSize(8);
    assertThat(asked).containsExactly("order-0>0", "order-0>2", "order-0>4", "order-0>6");
  }

  @Test
  void whatArrivedItselfIsPreferredToItsCopy() {
    var ids = new ArrayList<String>();
    EventSequencer recording =
        EventSequencer.deliveringTo(event -> ids.add(String.valueOf(event.id())))
            .clock(clock)
            .healer((from, subject, version) ->
                clock.instant().equals(Instant.parse("2026-01-01T00:00:00Z"))
                    ? List.of()
                    : source.after(subject, version, 100).stream()
                        .map(EventSequencerTest::copy)
                        .toList())
            .build();
    recording.offer(a(2));
    recording.offer(a(4));
    clock.pass(Duration.ofSeconds(1));
    recording.retry();
    assertThat(ids).containsExactly("null", "order-0#2", "null", "order-0#4");
  }

  private static ConsumedEvent copy(ConsumedEvent event) {
    return new ConsumedEvent(
        event.source(),
        event.subject(),
        event.version(),
        null,
        event.type(),
        event.time(),
        event.data());
  }

  @Test
  void catchUpFindsWhatWasLostBehindTheLastThatArrived() throws IOException {
    sequencer.offer(a(1));
    assertThat(sequencer.catchUp("/order-service", "order-0")).isEqualTo(9);
    assertThat(done).hasSize(10).last().isEqualTo("order-0#10");
    assertThat(sequencer.catchUp("/order-service", "order-0")).isZero();
    assertThat(sequencer.offer(a(7))).isEqualTo(Outcome.DUPLICATE);
    assertThat(sequencer.catchUp("/order-service", "order-1")).isEqualTo(10);
    assertThat(sequencer.catchUp("/order-service", "unheard-of")).isZero();
  }

  @Test
  void catchUpGoesOnWithWhatWaits() throws IOException {
    answers = Healer.none();
    sequencer.offer(a(1));
    assertThat(sequencer.offer(a(4))).isEqualTo(Outcome.HELD);
    answers = (from, subject, version) -> source.after(subject, version, 1);
    assertThat(sequencer.catchUp("/order-service", "order-0")).isEqualTo(9);
    assertThat(done).hasSize(10).doesNotHaveDuplicates().last().isEqualTo("order-0#10");
    assertThat(sequencer.counters()).isEqualTo(new Counters(10, 0, 0, 1, 8, 0, 0));
  }

  @Test
  void catchUpReportsASourceThatIsAway() {
    sequencer.offer(a(1));
    answers =
        (from, subject, version) -> {
          throw new IOException("away");
        };
    assertThatThrownBy(() -> sequencer.catchUp("/order-service", "order-0"))
        .isInstanceOf(IOException.class);
    assertThat(done).containsExactly("order-0#1");
  }

  @Test
  void disorderHealsItselfWhenTheMissingOneArrives() {
    answers = Healer.none();
    assertThat(sequencer.offer(a(3))).isEqualTo(Outcome.HELD);
    assertThat(sequencer.offer(a(2))).isEqualTo(Outcome.HELD);
    assertThat(sequencer.offer(a(2))).isEqualTo(Outcome.DUPLICATE);
    assertThat(sequencer.holds(a(3))).isTrue();
    assertThat(sequencer.counters().held()).isEqualTo(2);
    assertThat(sequencer.offer(a(1))).isEqualTo(Outcome.DELIVERED);
    assertThat(done).containsExactly("order-0#1", "order-0#2", "order-0#3");
    assertThat(sequencer.holds(a(3))).isFalse();
    assertThat(sequencer.counters()).isEqualTo(new Counters(3, 1, 0, 1, 0, 0, 0));
  }

  @Test
  void aSourceThatDoesNotHaveItYetIsAskedAgainAfterAPause() {
    answers = Healer.none();
    sequencer.offer(a(2));
    sequencer.retry();
    sequencer.offer(a(3));
    assertThat(asked).hasSize(1);

    answers = (from, subject, version) -> source.after(subject, version, 100);
    clock.pass(Duration.ofSeconds(1));
    sequencer.retry();
    assertThat(asked).hasSize(2);
    assertThat(done).containsExactly("order-0#1", "order-0#2", "order-0#3");
  }

  @Test
  void aSourceThatIsAwayIsNotAskedForEverySubject() {
    answers =
        (from, subject, version) -> {
          throw new IOException("away");
        };
    assertThat(sequencer.offer(a(2))).isEqualTo(Outcome.HELD);
    assertThat(sequencer.offer(b(2))).isEqualTo(Outcome.HELD);
    assertThat(asked).containsExactly("order-0>0");
    assertThat(sequencer.counters()).isEqualTo(new Counters(0, 0, 0, 2, 0, 1, 2));

    answers = (from, subject, version) -> source.after(subject, version, 100);
    clock.pass(Duration.ofSeconds(1));
    sequencer.retry();
    assertThat(done).containsExactly("order-0#1", "order-0#2", "order-1#1", "order-1#2");
  }

  @Test
  void aGapThatOutlivesThePatienceIsAnErrorThatNamesWhatIsMissing() {
    answers =
        (from, subject, version) -> {
          throw new IOException("away");
        };
    sequencer.offer(a(1));
    sequencer.offer(a(4));
    sequencer.offer(a(6));
    clock.pass(Duration.ofMinutes(5));
    GapException gap = catchThrowableOfType(GapException.class, sequencer::retry);
    assertThat(gap)
        .hasMessage(
            "/order-service order-0 misses version 2-3, 5 (2 later held back since"
                + " 2026-01-01T00:00:00Z): the source did not give it within PT5M")
        .hasRootCauseMessage("away");
    assertThat(gap.source()).isEqualTo("/order-service");
    assertThat(gap.subject()).isEqualTo("order-0");
    assertThat(gap.firstMissing()).isEqualTo(2);
    assertThat(gap.lastMissing()).isEqualTo(5);
    assertThat(done).containsExactly("order-0#1");
    assertThat(sequencer.holds(a(4))).isTrue();
  }

  @Test
  void noMoreEventsWaitThanMay() {
    answers = Healer.none();
    EventSequencer small = sequencer().maxHeld(2).build();
    small.offer(a(3));
    small.offer(b(2));
    assertThatThrownBy(() -> small.offer(a(5)))
        .isInstanceOf(GapException.class)
        .hasMessageContaining("order-0 misses version 1-2, 4")
        .hasMessageContaining("no more than 2 events may wait");
    assertThat(small.holds(a(5))).isFalse();
    assertThat(small.counters().held()).isEqualTo(2);
    assertThat(done).isEmpty();

    small.offer(a(1));
    small.offer(a(2));
    assertThat(small.offer(a(5))).isEqualTo(Outcome.HELD);
    assertThat(done).containsExactly("order-0#1", "order-0#2", "order-0#3");
  }

  @Test
  void whatIsForgottenIsTakenAgain() {
    answers = Healer.none();
    sequencer.offer(a(2));
    sequencer.forget(a(2));
    sequencer.forget(a(2));
    assertThat(sequencer.counters().held()).isZero();
    clock.pass(Duration.ofHours(1));
    sequencer.retry();
    assertThat(sequencer.offer(a(1))).isEqualTo(Outcome.DELIVERED);
    assertThat(sequencer.offer(a(2))).isEqualTo(Outcome.DELIVERED);
  }

  @Test
  void anEventWhoseHandlerFailedIsNotDone() {
    answers = Healer.none();
    var failing = new ArrayList<>(List.of(1L, 3L));
    EventSequencer fragile =
        EventSequencer.deliveringTo(
                event -> {
                  if (failing.remove(event.version())) {
                    throw new IllegalStateException("failed " + event.version());
                  }
                  done.add(event.subject() + "#" + event.version());
                })
            .clock(clock)
            .build();
    assertThatThrownBy(() -> fragile.offer(a(1))).hasMessage("failed 1");
    fragile.offer(a(1));
    fragile.offer(a(3));
    assertThatThrownBy(() -> fragile.offer(a(2))).hasMessage("failed 3");
    assertThat(done).containsExactly("order-0#1", "order-0#2");
    assertThat(fragile.holds(a(3))).isTrue();
    fragile.retry();
    assertThat(done).containsExactly("order-0#1", "order-0#2", "order-0#3");
    assertThat(fragile.counters()).isEqualTo(new Counters(3, 0, 0, 1, 0, 0, 0));
  }

  @Test
  void aFaultOfTheHealerReachesTheCallerAndLosesNothing() {
    answers =
        (from, subject, version) -> {
          throw new IllegalStateException("401");
        };
    assertThatThrownBy(() -> sequencer.offer(a(2))).hasMessage("401");
    assertThat(sequencer.holds(a(2))).isTrue();
    answers = (from, subject, version) -> source.after(subject, version, 100);
    sequencer.retry();
    assertThat(done).containsExactly("order-0#1", "order-0#2");
  }

  @Test
  void anAnswerAboutAnotherSubjectIsRefused() {
    answers = (from, subject, version) -> List.of(b(1));
    assertThatThrownBy(() -> sequencer.offer(a(2)))
        .hasMessage("asked for /order-service order-0, the healer gave /order-service order-1");
    assertThat(done).isEmpty();
  }

  @Test
  void anAnswerWithAHoleIsUsedUpToTheHole() {
    answers =
        (from, subject, version) ->
            version == 0 ? List.of(a(1), a(3), a(4)) : source.after(subject, version, 1);
    sequencer.offer(a(5));
    assertThat(done)
        .containsExactly("order-0#1", "order-0#2", "order-0#3", "order-0#4", "order-0#5");
  }

  @Test
  void positionsThatMovedOnElsewhereAreBelieved() {
    answers = Healer.none();
    sequencer.offer(a(2));
    positions.reached(Orders.SOURCE, "order-0", 2);
    clock.pass(Duration.ofMinutes(5));
    sequencer.retry();
    assertThat(sequencer.counters()).isEqualTo(new Counters(0, 1, 0, 1, 0, 0, 0));
    assertThat(sequencer.offer(a(3))).isEqualTo(Outcome.DELIVERED);
  }

  @Test
  void ofStateTheNewestWins() {
    EventSequencer states = sequencer().newestWins().build();
    assertThat(states.offer(a(7))).isEqualTo(Outcome.DELIVERED);
    assertThat(states.offer(a(5))).isEqualTo(Outcome.DUPLICATE);
    assertThat(states.offer(a(7))).isEqualTo(Outcome.DUPLICATE);
    assertThat(states.offer(a(9))).isEqualTo(Outcome.DELIVERED);
    assertThat(done).containsExactly("order-0#7", "order-0#9");
    assertThat(asked).isEmpty();
    assertThat(states.counters()).isEqualTo(new Counters(2, 2, 0, 0, 0, 0, 0));
  }

  @Test
  void withoutAVersionEveryDeliveryCounts() {
    sequencer.offer(a(0));
    sequencer.offer(a(0));
    assertThat(done).containsExactly("order-0#0", "order-0#0");
    assertThat(positions.last(Orders.SOURCE, "order-0")).isEmpty();
    assertThat(sequencer.counters()).isEqualTo(new Counters(2, 0, 2, 0, 0, 0, 0));
  }

  @Test
  void senselessNumbersAreRefused() {
    assertThatThrownBy(() -> a(-1)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> sequencer().maxHeld(-1)).isInstanceOf(IllegalArgumentException.class);
  }
}
