package io.ordersystem.platform.inbox;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.ordersystem.platform.events.Received;
import io.ordersystem.platform.metrics.Durations;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.StreamSupport;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.jspecify.annotations.Nullable;

/**
 * How late a consumer is: {@code inbox.delay} of what has taken effect or was passed over, and
 * {@code inbox.lag} of what it has in hand and cannot finish. What lies in Kafka and was not
 * fetched is in neither; Kafka's own {@code kafka.consumer.fetch.manager.records.lag} counts it.
 */
final class InboxTimes {
  private final Clock clock;
  private final Timer delay;
  private volatile @Nullable Instant oldest;

  InboxTimes(String consumer, Clock clock, MeterRegistry metrics) {
    this.clock = clock;
    this.delay =
        Durations.ofAnswers("inbox.delay")
            .description(
                "From an event's transaction to the commit of its effect here, or until it was passed over")
            .tag("consumer", consumer)
            .register(metrics);
    Gauge.builder("inbox.lag", this, InboxTimes::lag)
        .description("Age of the oldest message of the batch that is being processed, or 0")
        .baseUnit("seconds")
        .tag("consumer", consumer)
        .register(metrics);
  }

  /** A batch was fetched. */
  void begin(ConsumerRecords<String, byte[]> records) {
    StreamSupport.stream(records.spliterator(), false)
        .mapToLong(ConsumerRecord::timestamp)
        .min()
        .ifPresent(first -> oldest = Instant.ofEpochMilli(first));
  }

  /** Everything of it was dealt with. */
  void end() {
    oldest = null;
  }

  /** These have taken effect, or are nothing to us. */
  void took(List<Received> messages) {
    Instant now = clock.instant();
    for (Received message : messages) {
      delay.record(Duration.between(message.time(), now));
    }
  }

  private double lag() {
    Instant since = oldest;
    return since == null
        ? 0
        : Math.max(0, since.until(clock.instant()).toMillis())
            / (double) TimeUnit.SECONDS.toMillis(1);
  }
}
