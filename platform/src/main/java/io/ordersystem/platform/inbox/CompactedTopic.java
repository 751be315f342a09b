package io.ordersystem.platform.inbox;

import io.ordersystem.contracts.Topic;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/** A state topic, read from its beginning by nobody's group. Blocks; one thread at a time. */
final class CompactedTopic implements AutoCloseable {
  private static final Duration POLL = Duration.ofMillis(500);

  private final KafkaConsumer<String, byte[]> consumer;
  private final List<TopicPartition> partitions;
  private Map<TopicPartition, Long> ends = Map.of();

  CompactedTopic(Map<String, Object> broker, Topic topic) {
    var settings = new HashMap<>(broker);
    settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    settings.remove(ConsumerConfig.GROUP_ID_CONFIG);
    consumer = new KafkaConsumer<>(settings, new StringDeserializer(), new ByteArrayDeserializer());
    partitions =
        IntStream.range(0, Topic.PARTITIONS)
            .mapToObj(number -> new TopicPartition(topic.topicName(), number))
            .toList();
    consumer.assign(partitions);
    consumer.seekToBeginning(partitions);
  }

  /**
   * What one poll brought.
   *
   * @param records without tombstones
   * @param tombstones keys whose newest message in this batch is one
   * @param ended whether the end that was fixed is reached
   */
  record Batch(
      List<ConsumerRecord<String, byte[]>> records, List<String> tombstones, boolean ended) {}

  /** From now on, what is the end now is the end. */
  boolean fixEnd() {
    ends = consumer.endOffsets(partitions);
    return true;
  }

  Batch poll() {
    var newest = new HashMap<String, Boolean>();
    var records = new ArrayList<ConsumerRecord<String, byte[]>>();
    for (var record : consumer.poll(POLL)) {
      boolean tombstone = record.value() == null;
      if (record.key() != null) {
        newest.put(record.key(), tombstone);
      }
      if (!tombstone) {
        records.add(record);
      }
    }
    var tombstones =
        newest.entrySet().stream().filter(Map.Entry::getValue).map(Map.Entry::getKey).toList();
    boolean ended =
        partitions.stream()
            .allMatch(
                partition -> consumer.position(partition) >= ends.getOrDefault(partition, 0L));
    return new Batch(records, tombstones, ended);
  }

  @Override
  public void close() {
    consumer.close();
  }
}
