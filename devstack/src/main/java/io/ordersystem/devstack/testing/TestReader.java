package io.ordersystem.devstack.testing;

import io.ordersystem.contracts.Topic;
import io.ordersystem.devstack.events.EventConformance;
import io.ordersystem.devstack.events.SampleRecorder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;

/** Reads topics and remembers what it read, so that the order of questions does not matter. */
public final class TestReader implements AutoCloseable {
  private static final Duration POLL = Duration.ofMillis(100);
  private static final int MEMORY = 200_000;

  private final KafkaConsumer<String, String> consumer;
  private final List<ReceivedRecord> received = new ArrayList<>();
  private final EventConformance conformance = new EventConformance();

  TestReader(String bootstrapServers, boolean fromNow, Topic... topics) {
    consumer =
        new KafkaConsumer<>(
            Map.of(
                ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                bootstrapServers,
                ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
                false,
                ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                "read_committed"),
            new StringDeserializer(),
            new StringDeserializer());
    var partitions =
        Arrays.stream(topics)
            .flatMap(topic ->
                IntStream.range(0, Topic.PARTITIONS)
                    .mapToObj(number -> new TopicPartition(topic.topicName(), number)))
            .toList();
    consumer.assign(partitions);
    if (fromNow) {
      consumer.seekToEnd(partitions);
      partitions.forEach(consumer::position); // seeking is lazy, "now" is not
    } else {
      consumer.seekToBeginning(partitions);
    }
  }

  /** The first record that matches, read before or within the limit; refuses when none came. */
  public ReceivedRecord await(Duration limit, Predicate<ReceivedRecord> wanted) {
    return await(limit, 1, wanted).getFirst();
  }

  /** At least that many matching records, in the order in which they were read. */
  public List<ReceivedRecord> await(Duration limit, int count, Predicate<ReceivedRecord> wanted) {
    long deadline = System.nanoTime() + limit.toNanos();
    while (true) {
      var found = received.stream().filter(wanted).toList();
      if (found.size() >= count) {
        return found;
      }
      if (System.nanoTime() - deadline >= 0) {
        throw new AssertionError(
            "%d of %d records within %s, among %d read: %s"
                .formatted(found.size(), count, limit, received.size(), newest()));
      }
      poll();
    }
  }

  /** Everything that arrives within the time, and what was read before. */
  public List<ReceivedRecord> everythingWithin(Duration time) {
    long deadline = System.nanoTime() + time.toNanos();
    while (System.nanoTime() - deadline < 0) {
      poll();
    }
    return List.copyOf(received);
  }

  @Override
  public void close() {
    consumer.close();
  }

  private void poll() {
    for (var message : consumer.poll(POLL)) {
      var record = ReceivedRecord.of(message);
      requireConformity(record);
      received.add(record);
    }
    if (received.size() > MEMORY) {
      throw new AssertionError("more than " + MEMORY + " records: read fewer topics");
    }
  }

  /** Every event of our services that a test comes by must keep the contract. */
  private void requireConformity(ReceivedRecord record) {
    var message =
        new EventConformance.Message(record.topic(), record.key(), record.headers(), record.json());
    if (message.isPlanted()) {
      return; // A test plays the neighbour, or plants something broken.
    }
    List<String> violations = conformance.violations(message);
    if (!violations.isEmpty()) {
      throw new AssertionError(
          "%s %s breaks the contract: %s".formatted(record.topic(), record.headers(), violations));
    }
    SampleRecorder.record(message);
  }

  private List<ReceivedRecord> newest() {
    return received.subList(Math.max(0, received.size() - 5), received.size());
  }
}
