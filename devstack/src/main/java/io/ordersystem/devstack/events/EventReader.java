package io.ordersystem.devstack.events;

import io.ordersystem.contracts.Topic;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.jspecify.annotations.Nullable;

/**
 * Reads topics without being a member of any group: nobody's position moves. Per key in order;
 * between partitions in the order in which the broker hands them out.
 */
public final class EventReader implements AutoCloseable {
  private static final Duration POLL = Duration.ofMillis(200);

  private final KafkaConsumer<String, byte[]> consumer;
  private final List<TopicPartition> partitions;

  /**
   * A reader.
   *
   * @param from only what was written then or later; null for everything that is kept
   */
  public EventReader(String bootstrapServers, List<Topic> topics, @Nullable Instant from) {
    this(Map.of(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers), topics, from);
  }

  /**
   * The same where a broker wants to know more.
   *
   * @param configuration of a consumer, {@code bootstrap.servers} at least
   */
  public EventReader(
      Map<String, Object> configuration, List<Topic> topics, @Nullable Instant from) {
    var configured = new HashMap<>(configuration);
    configured.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    consumer =
        new KafkaConsumer<>(configured, new StringDeserializer(), new ByteArrayDeserializer());
    partitions =
        topics.stream()
            .flatMap(topic ->
                IntStream.range(0, Topic.PARTITIONS)
                    .mapToObj(number -> new TopicPartition(topic.topicName(), number)))
            .toList();
    consumer.assign(partitions);
    seek(from);
  }

  private void seek(@Nullable Instant from) {
    if (from == null) {
      consumer.seekToBeginning(partitions);
      return;
    }
    var times = new HashMap<TopicPartition, Long>();
    partitions.forEach(partition -> times.put(partition, from.toEpochMilli()));
    var ends = consumer.endOffsets(partitions);
    consumer
        .offsetsForTimes(times)
        .forEach((partition, found) ->
            consumer.seek(
                partition, found == null ? ends.getOrDefault(partition, 0L) : found.offset()));
  }

  /** Hands over everything up to what is the end now. */
  public void toTheEnd(Consumer<ConsumerRecord<String, byte[]>> each) {
    var ends = consumer.endOffsets(partitions);
    while (partitions.stream().anyMatch(p -> consumer.position(p) < ends.getOrDefault(p, 0L))) {
      for (var record : consumer.poll(POLL)) {
        if (record.offset()
            < ends.getOrDefault(new TopicPartition(record.topic(), record.partition()), 0L)) {
          each.accept(record);
        }
      }
    }
  }

  /** Hands over what there is and what comes, until the time has passed. */
  public void follow(Duration time, Consumer<ConsumerRecord<String, byte[]>> each) {
    long deadline = System.nanoTime() + time.toNanos();
    while (System.nanoTime() - deadline < 0) {
      consumer.poll(POLL).forEach(each);
    }
  }

  @Override
  public void close() {
    consumer.close();
  }
}
