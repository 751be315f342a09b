package io.ordersystem.contracts.consumer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ordersystem.contracts.consumer.EventSequencer.Counters;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever the topic does to events, what the handler sees is what happened. */
class EventSequencerPropertyTest {
  private static final int AGGREGATES = 25;
  private static final int VERSIONS = 20;

  private final Orders source = new Orders(AGGREGATES, VERSIONS);
  private final Orders.Projection projection = new Orders.Projection();
  private final SteppedClock clock = new SteppedClock();

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 5, 8, 13, 21, 34, 55, 89, 144, 233, 20_261_124, -1})
  void everyVersionIsDeliveredOnceAndInOrder(long seed) {
    var random = new Random(seed);
    List<ConsumedEvent> topic = maltreated(random);
    EventSequencer sequencer = sequencer(moody(random));

    replay(topic, sequencer);

    assertThat(projection.seen).containsExactlyInAnyOrderEntriesOf(source.projection());
    Counters counters = sequencer.counters();
    assertThat(counters.delivered()).isEqualTo(AGGREGATES * VERSIONS);
    assertThat(counters.held()).isZero();
    // What was offered and what was healed is either delivered or dropped: nothing vanishes.
    assertThat(counters.delivered() + counters.duplicates())
        .isEqualTo(topic.size() + counters.healed());
    // The topic did what it was to do, or this test would prove nothing.
    assertThat(counters.duplicates()).isGreaterThan(10);
    assertThat(counters.gaps()).isGreaterThan(10);
    assertThat(counters.healed()).isGreaterThan(10);
    assertThat(counters.healerFailures()).isPositive();
  }

  /** Broken on purpose: the events that the topic lost cannot come from nowhere. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 5, 8})
  void withoutAHealerTheLossIsReportedAndWhatWasSeenIsABeginning(long seed) {
    EventSequencer sequencer = sequencer(Healer.none());

    assertThatThrownBy(() -> replay(maltreated(new Random(seed)), sequencer))
        .isInstanceOf(GapException.class)
        .hasMessageContaining("/order-service order-");
    assertThat(projection.seen).isNotEqualTo(source.projection());
    projection.seen.forEach((subject, seen) ->
        assertThat(source.projection().get(subject))
            .startsWith(seen.toArray(String[]::new))
            .isNotEmpty());
  }

  /** Broken on purpose: without the sequencer the same topic gives a wrong projection. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 5, 8})
  void withoutTheSequencerTheProjectionIsWrong(long seed) {
    maltreated(new Random(seed)).forEach(projection::handle);
    assertThat(projection.seen).isNotEqualTo(source.projection());
  }

  private EventSequencer sequencer(Healer healer) {
    return EventSequencer.deliveringTo(projection).healer(healer).clock(clock).build();
  }

  private void replay(List<ConsumedEvent> topic, EventSequencer sequencer) {
    for (ConsumedEvent event : topic) {
      sequencer.offer(event);
      clock.pass(Duration.ofMillis(100));
    }
    for (int i = 0; i < 400 && sequencer.counters().held() > 0; i++) {
      clock.pass(Duration.ofSeconds(1));
      sequencer.retry();
    }
  }

  /**
   * One event in five is lost, one in five comes twice, one in five comes somewhere else. The last
   * of each order is never lost: nothing would tell.
   */
  private List<ConsumedEvent> maltreated(Random random) {
    var topic = new ArrayList<ConsumedEvent>();
    for (ConsumedEvent event : source.all()) {
      if (event.version() == VERSIONS || random.nextInt(5) > 0) {
        topic.add(event);
      }
    }
    for (ConsumedEvent event : List.copyOf(topic)) {
      if (random.nextInt(5) == 0) {
        topic.add(random.nextInt(topic.size()), event);
      }
    }
    for (int i = 0; i < topic.size(); i++) {
      if (random.nextInt(5) == 0) {
        topic.add(random.nextInt(topic.size()), topic.remove(i));
      }
    }
    return topic;
  }

  /** Gives pages of three; at times it is away, and at times it lags behind the topic. */
  private Healer moody(Random random) {
    return (from, subject, version) -> {
      assertThat(from).isEqualTo(Orders.SOURCE);
      return switch (random.nextInt(10)) {
        case 0 -> throw new IOException("away");
        case 1 -> List.of();
        default -> source.after(subject, version, 3);
      };
    };
  }
}
