package io.ordersystem.contracts.consumer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ordersystem.contracts.Topic;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The loop against Kafka's own consumer without a broker. */
@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class EventConsumerTest {
  private static final String TOPIC = Topic.ORDER_EVENTS.topicName();
  private static final TopicPartition ZERO = new TopicPartition(TOPIC, 0);
  private static final TopicPartition ONE = new TopicPartition(TOPIC, 1);

  private final SteppedClock clock = new SteppedClock();
  private final List<String> done = new ArrayList<>();
  private final List<Map<TopicPartition, Long>> commits = new ArrayList<>();
  private final Map<TopicPartition, Long> nextOffset = new HashMap<>();

  private boolean brokersAway;
  private Healer healer = Healer.none();
  private EventHandler handler = event -> done.add(String.valueOf(event.id()));

  private final MockConsumer<String, byte[]> kafka =
      new MockConsumer<>("earliest") {
        @Override
        public synchronized void commitSync(Map<TopicPartition, OffsetAndMetadata> offsets) {
          if (brokersAway) {
            throw new TimeoutException("nobody answers");
          }
          super.commitSync(offsets);
          var plain = new HashMap<TopicPartition, Long>();
          offsets.forEach((partition, offset) -> plain.put(partition, offset.offset()));
          commits.add(plain);
        }
      };
  private final EventSequencer sequencer =
      EventSequencer.deliveringTo(event -> handler.handle(event))
          .healer((source, subject, version) -> healer.after(source, subject, version))
          .clock(clock)
          .build();
  private final EventConsumer consumer = new EventConsumer(List.of(TOPIC), sequencer, () -> kafka);

  private void atNextPoll(Runnable task) {
    kafka.schedulePollTask(task);
  }

  private void assigned(TopicPartition... partitions) {
    atNextPoll(() -> {
      kafka.rebalance(List.of(partitions));
      for (TopicPartition partition : partitions) {
        kafka.updateBeginningOffsets(Map.of(partition, 0L));
      }
    });
  }

  private void arrives(TopicPartition partition, ConsumedEvent... events) {
    atNextPoll(() -> {
      for (ConsumedEvent event : events) {
        kafka.addRecord(record(partition, event, event.data()));
      }
    });
  }

  private void ends() {
    atNextPoll(consumer::close);
  }

  private ConsumerRecord<String, byte[]> record(
      TopicPartition partition, ConsumedEvent event, @Nullable String data) {
    var record =
        new ConsumerRecord<String, byte[]>(
            partition.topic(),
            partition.partition(),
            nextOffset.merge(partition, 1L, Long::sum) - 1,
            event.subject(),
            data == null ? null : bytes(data));
    record.headers().add("ce_id", bytes(String.valueOf(event.id())));
    record.headers().add("ce_source", bytes(event.source()));
    record.headers().add("ce_subject", bytes(event.subject()));
    record.headers().add("ce_type", bytes(event.type()));
    record.headers().add("ce_time", bytes(event.time().toString()));
    if (event.version() > 0) {
      record.headers().add("ce_aggregateversion", bytes(Long.toString(event.version())));
    }
    return record;
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static ConsumedEvent a(long version) {
    return Orders.event("a", version);
  }

  private static ConsumedEvent b(long version) {
    return Orders.event("b", version);
  }

  @Test
  void handlesInOrderAndCommitsWhatIsDone() {
    assigned(ZERO, ONE);
    arrives(ZERO, a(1), a(2), a(2));
    arrives(ONE, b(1));
    ends();
    consumer.run();
    assertThat(done).containsExactly("a#1", "a#2", "b#1");
    assertThat(commits).containsExactly(Map.of(ZERO, 3L), Map.of(ONE, 1L));
    assertThat(kafka.closed()).isTrue();
  }

  @Test
  void anOffsetIsCommittedOnlyAfterItsHandlerReturned() {
    handler =
        event -> {
          assertThat(commits).isEmpty();
          done.add(String.valueOf(event.id()));
        };
    assigned(ZERO);
    arrives(ZERO, a(1), a(2));
    ends();
    consumer.run();
    assertThat(done).hasSize(2);
    assertThat(commits).containsExactly(Map.of(ZERO, 2L));
  }

  @Test
  void aFailingHandlerEndsTheLoopWithWhatWasDoneCommitted() {
    handler =
        event -> {
          if (event.version() == 2) {
            throw new IllegalStateException("no");
          }
          done.add(String.valueOf(event.id()));
        };
    assigned(ZERO);
    arrives(ZERO, a(1), a(2), a(3));
    assertThatThrownBy(consumer::run).isInstanceOf(IllegalStateException.class).hasMessage("no");
    assertThat(done).containsExactly("a#1");
    assertThat(commits).containsExactly(Map.of(ZERO, 1L));
    assertThat(kafka.closed()).isTrue();
    assertThatThrownBy(consumer::run).hasMessage("this consumer was run or closed before");
  }

  @Test
  void outlastsBrokersThatAreAwayAndCommitsWhenTheyAreBack() {
    assigned(ZERO);
    arrives(ZERO, a(1));
    atNextPoll(() -> brokersAway = true);
    arrives(ZERO, a(2));
    atNextPoll(() -> brokersAway = false);
    ends();
    consumer.run();
    assertThat(done).containsExactly("a#1", "a#2");
    assertThat(commits).containsExactly(Map.of(ZERO, 1L), Map.of(ZERO, 2L));
  }

  @Test
  void whatIsHeldBackKeepsItsOffset() {
    assigned(ZERO);
    arrives(ZERO, a(1), a(3), b(1));
    ends();
    consumer.run();
    assertThat(done).containsExactly("a#1", "b#1");
    assertThat(commits).containsExactly(Map.of(ZERO, 1L));
  }

  @Test
  void whatHealsLaterIsCommittedThen() {
    assigned(ZERO);
    arrives(ZERO, a(1), a(3), b(1));
    atNextPoll(() -> {
      healer = (source, subject, version) -> List.of(a(2));
      clock.pass(Duration.ofSeconds(1));
    });
    ends();
    consumer.run();
    assertThat(done).containsExactly("a#1", "b#1", "a#2", "a#3");
    assertThat(commits).containsExactly(Map.of(ZERO, 1L), Map.of(ZERO, 3L));
  }

  @Test
  void aGapOfAQuietTopicIsReportedAllTheSame() {
    assigned(ZERO);
    arrives(ZERO, a(2));
    atNextPoll(() -> clock.pass(Duration.ofMinutes(5)));
    assertThatThrownBy(consumer::run)
        .isInstanceOf(GapException.class)
        .hasMessageContaining("a misses version 1 ");
    // Its own offset: with auto.offset.reset=latest a new start would else be behind it.
    assertThat(commits).containsExactly(Map.of(ZERO, 0L));
    assertThat(kafka.closed()).isTrue();
  }

  @Test
  void aPartitionThatGoesTakesItsHeldEventsAlong() {
    assigned(ZERO, ONE);
    arrives(ZERO, a(1), a(3));
    arrives(ONE, b(2));
    atNextPoll(() -> kafka.rebalance(List.of(ONE)));
    ends();
    consumer.run();
    assertThat(sequencer.holds(a(3))).isFalse();
    assertThat(sequencer.holds(b(2))).isTrue();
    assertThat(commits).containsExactly(Map.of(ZERO, 1L), Map.of(ONE, 0L));
  }

  @Test
  void closeFromAnotherThreadWaitsForTheEventThatIsHandled() throws InterruptedException {
    var handling = new CountDownLatch(1);
    var closing = new CountDownLatch(1);
    handler =
        event -> {
          handling.countDown();
          try {
            assertThat(closing.await(10, TimeUnit.SECONDS)).isTrue();
            Thread.sleep(100);
          } catch (InterruptedException e) {
            throw new IllegalStateException(e);
          }
          done.add(String.valueOf(event.id()));
        };
    assigned(ZERO);
    arrives(ZERO, a(1), a(2));
    Thread loop = Thread.ofVirtual().start(consumer::run);
    assertThat(handling.await(10, TimeUnit.SECONDS)).isTrue();
    closing.countDown();
    consumer.close();
    assertThat(kafka.closed()).isTrue();
    assertThat(done).first().isEqualTo("a#1");
    assertThat(commits).containsExactly(Map.of(ZERO, (long) done.size()));
    loop.join();
    consumer.close();
  }

  @Test
  void closeWakesALoopThatHasNothingToDo() throws InterruptedException {
    assigned(ZERO);
    Thread loop = Thread.ofPlatform().start(consumer::run);
    consumer.close();
    assertThat(kafka.closed()).isTrue();
    assertThat(loop.join(Duration.ofSeconds(10))).isTrue();
  }

  @Test
  void closeBeforeRun() {
    consumer.close();
    assertThat(kafka.closed()).isTrue();
    assertThatThrownBy(consumer::run).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void aTombstoneIsPassedOver() {
    assigned(ZERO);
    atNextPoll(() -> kafka.addRecord(record(ZERO, a(1), null)));
    ends();
    consumer.run();
    assertThat(done).isEmpty();
    assertThat(commits).containsExactly(Map.of(ZERO, 1L));
  }

  @Test
  void whatIsNoEventEndsTheLoopAndIsNamed() {
    assigned(ZERO);
    atNextPoll(() -> {
      var foreign = record(ZERO, a(1), "{}");
      foreign.headers().remove("ce_subject");
      kafka.addRecord(foreign);
    });
    assertThatThrownBy(consumer::run)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("not an event: orders.order.events.v1-0@0: no header ce_subject");
    assertThat(commits).isEmpty();
  }

  @Test
  void readsARecordOfOurs() {
    assertThat(EventConsumer.read(record(ZERO, a(7), a(7).data()))).isEqualTo(a(7));
    assertThat(EventConsumer.read(record(ZERO, a(0), a(0).data()))).isEqualTo(a(0));
    assertThatThrownBy(() -> EventConsumer.read(record(ZERO, a(1), null)))
        .hasMessageContaining("no value");
    var odd = record(ZERO, a(1), "{}");
    odd.headers().remove("ce_aggregateversion").add("ce_aggregateversion", bytes("one"));
    assertThatThrownBy(() -> EventConsumer.read(odd))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("-0@3: ");
  }

  @Test
  void eventsAndStateAreNotMixed() {
    String state = Topic.STOCK_STATE.topicName();
    EventSequencer newest = EventSequencer.deliveringTo(handler).newestWins().build();
    assertThatThrownBy(() -> new EventConsumer(List.of(TOPIC, state), sequencer, () -> kafka))
        .hasMessage("inventory.stock.state.v1 keeps the newest only");
    assertThatThrownBy(() -> new EventConsumer(List.of(TOPIC), newest, () -> kafka))
        .hasMessage("orders.order.events.v1 does not keep the newest only");
    assertThat(new EventConsumer(List.of(state), newest, () -> kafka)).isNotNull();
  }

  @Test
  void committingIsNotLeftToKafka() {
    Map<String, Object> settings =
        EventConsumer.settings(
            Map.of("enable.auto.commit", true, "group.instance.id", "erp-1", "group.id", "erp"));
    assertThat(settings)
        .containsEntry("enable.auto.commit", false)
        .containsEntry("auto.offset.reset", "earliest")
        .containsEntry("group.instance.id", "erp-1")
        .containsEntry("group.id", "erp");
    assertThat(EventConsumer.settings(Map.of("auto.offset.reset", "latest")))
        .containsEntry("auto.offset.reset", "latest");
  }

  @Test
  void aRealClientTakesTheSettings() {
    try (var real =
        new EventConsumer(
            Map.of("bootstrap.servers", "localhost:1", "group.id", "g", "group.instance.id", "g-1"),
            List.of(TOPIC),
            sequencer)) {
      assertThat(real).isNotNull();
    }
  }
}
