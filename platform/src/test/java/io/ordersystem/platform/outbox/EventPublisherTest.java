package io.ordersystem.platform.outbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.opentelemetry.api.trace.TracerProvider;
import io.ordersystem.contracts.EventType;
import io.ordersystem.contracts.Topic;
import io.ordersystem.contracts.inventory.StockState;
import io.ordersystem.devstack.testing.ReceivedRecord;
import io.ordersystem.devstack.testing.TestEvents;
import io.ordersystem.devstack.testing.TestKafka;
import io.ordersystem.devstack.testing.TestOutage;
import io.ordersystem.platform.events.EventFormats;
import io.ordersystem.platform.tracing.MessageSpans;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.apache.kafka.common.KafkaException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class EventPublisherTest {
  private static final Duration SOON = Duration.ofSeconds(20);
  private static final int EVENTS = 20;

  private record Config(Duration retryPause, Duration publishTimeout) implements OutboxConfig {
    @Override
    public Duration pollInterval() {
      return retryPause;
    }

    @Override
    public Duration pace() {
      return Duration.ZERO;
    }

    @Override
    public Duration takeoverInterval() {
      return retryPause;
    }

    @Override
    public Duration leadTimeout() {
      return SOON;
    }

    @Override
    public int batchSize() {
      return EVENTS;
    }
  }

  /** A producer that has never met a broker. */
  @Test
  void keepsTheOrderAndItsLeadWhenTheBrokerIsAwayFromTheBeginning() throws Exception {
    String subject = UUID.randomUUID().toString();
    var rows = IntStream.rangeClosed(1, EVENTS).mapToObj(n -> row(subject, n)).toList();
    var beats = new CountDownLatch(3);
    var publisher =
        new EventPublisher(
            Map.of("bootstrap.servers", TestKafka.bootstrapServers()),
            new Config(Duration.ofMillis(20), SOON),
            new MessageSpans(TracerProvider.noop().get("test")),
            "inventory-service");
    try (var reader = TestKafka.readFromNow(Topic.STOCK_STATE);
        var thread = Executors.newSingleThreadExecutor()) {
      var outage = TestOutage.stopKafka();
      var published =
          thread.submit(() -> {
            publisher.publish(rows, beats::countDown);
            return true;
          });
      // Each beat is one time-out of the producer: without a wait for metadata, one lost record.
      assertThat(beats.await(SOON.toSeconds(), TimeUnit.SECONDS)).isTrue();
      outage.close();
      assertThat(published.get(SOON.toSeconds(), TimeUnit.SECONDS)).isTrue();
      List<ReceivedRecord> received =
          reader.await(SOON, EVENTS, record -> subject.equals(record.headers().get("ce_subject")));
      assertThat(received)
          .extracting(record -> record.headers().get("ce_aggregateversion"))
          .containsExactlyElementsOf(
              IntStream.rangeClosed(1, EVENTS).mapToObj(Integer::toString).toList());
    } finally {
      publisher.close();
    }
  }

  @Test
  @Timeout(60)
  void sendsTheSameAgainInOrderWithANewProducerWhenNothingWasAcknowledgedInTime() throws Exception {
    String subject = UUID.randomUUID().toString();
    var rows = IntStream.rangeClosed(1, EVENTS).mapToObj(n -> row(subject, n)).toList();
    var beats = new AtomicInteger();
    var publisher =
        new EventPublisher(
            Map.of("bootstrap.servers", TestKafka.bootstrapServers()),
            new Config(Duration.ofMillis(20), Duration.ofSeconds(1)),
            new MessageSpans(TracerProvider.noop().get("test")),
            "inventory-service");
    publisher.warmUp(rows);
    try (var reader = TestKafka.readFromNow(Topic.STOCK_STATE)) {
      try (var outage = TestOutage.freezeKafka()) {
        assertThatThrownBy(() -> publisher.publish(rows, beats::incrementAndGet))
            .isInstanceOf(KafkaException.class)
            .hasMessageContaining("no further acknowledgement within PT1S");
        assertThat(beats).hasPositiveValue();
        assertThatThrownBy(() -> publisher.publish(rows, beats::incrementAndGet))
            .as("a new producer waits for metadata, and not for ever either")
            .hasMessageContaining("no further acknowledgement within PT2S");
      }
      // A broker that was frozen may need a moment to be the leader of anything again.
      await()
          .atMost(SOON)
          .ignoreException(KafkaException.class)
          .until(() -> {
            publisher.publish(rows, beats::incrementAndGet);
            return true;
          });
      // Some may be there twice: the old producer's, when the broker had them and had not said so.
      reader.await(
          SOON,
          record ->
              subject.equals(record.headers().get("ce_subject"))
                  && Integer.toString(EVENTS).equals(record.headers().get("ce_aggregateversion")));
      assertThat(
              reader
                  .await(SOON, EVENTS, record -> subject.equals(record.headers().get("ce_subject")))
                  .stream()
                  .map(record -> record.headers().get("ce_aggregateversion"))
                  .distinct())
          .containsExactlyElementsOf(
              IntStream.rangeClosed(1, EVENTS).mapToObj(Integer::toString).toList());
    } finally {
      publisher.close();
    }
  }

  /**
   * With several requests on their way a broker that takes the second and not the first stops the
   * producer for good (KAFKA-14359): the proof of outages meets that now and then.
   */
  @Test
  void hasOneRequestOnItsWayAndGivesUpNoRecordByItself() {
    var publisher =
        new EventPublisher(
            Map.of("bootstrap.servers", TestKafka.bootstrapServers()),
            new Config(Duration.ofMillis(20), SOON),
            new MessageSpans(TracerProvider.noop().get("test")),
            "inventory-service");
    assertThat(publisher.settings())
        .containsEntry("max.in.flight.requests.per.connection", 1)
        .containsEntry("delivery.timeout.ms", Integer.MAX_VALUE)
        .containsEntry("acks", "all")
        .containsEntry("enable.idempotence", true);
  }

  private static OutboxRow row(String subject, long version) {
    return new OutboxRow(
        version,
        TestEvents.newId(),
        Topic.STOCK_STATE.topicName(),
        subject,
        EventType.STOCK_CHANGED.ceType(),
        EventType.STOCK_CHANGED.schemaUri(),
        subject,
        version,
        Instant.EPOCH,
        null,
        null,
        EventFormats.real()
            .write(
                EventType.STOCK_CHANGED,
                new StockState("v", "s", null, "Tea", 100, "EUR", 1, 0, 1, null, false)));
  }
}
