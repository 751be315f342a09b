package io.ordersystem.devstack.prove;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/**
 * What a stranger writes who has nothing but docs/events.md and the AsyncAPI document: a copy of
 * every order, made from the public topic with Kafka's client and Jackson. It uses no other class
 * of ours, on purpose.
 */
final class OrderCopy {
  private static final String TOPIC = "orders.order.events.v1";
  private static final String PREFIX = "io.ordersystem.order.";

  private final ObjectMapper json = new ObjectMapper();
  private final Map<String, Order> orders = new TreeMap<>();
  private final Map<String, Long> versions = new HashMap<>();
  private final Set<String> seen = new HashSet<>();
  private int gaps;
  private int duplicates;

  /** An order as the last event about it has it. */
  record Order(
      String rootOrderId,
      String status,
      String paymentStatus,
      String fulfilmentStatus,
      String currency,
      long totalAmount,
      long cancelledAmount,
      long capturedAmount,
      long refundedAmount) {}

  /** Reads the whole topic. */
  static OrderCopy read(String bootstrapServers) {
    var copy = new OrderCopy();
    try (var consumer =
        new KafkaConsumer<>(
            Map.<String, Object>of(
                ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                bootstrapServers,
                ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
                false),
            new StringDeserializer(),
            new ByteArrayDeserializer())) {
      List<TopicPartition> partitions =
          consumer.partitionsFor(TOPIC).stream()
              .map(partition -> new TopicPartition(TOPIC, partition.partition()))
              .toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      var ends = consumer.endOffsets(partitions);
      while (partitions.stream()
          .anyMatch(partition -> consumer.position(partition) < ends.getOrDefault(partition, 0L))) {
        consumer.poll(Duration.ofMillis(200)).forEach(copy::take);
      }
    }
    return copy;
  }

  private void take(ConsumerRecord<String, byte[]> event) {
    String type = header(event, "ce_type");
    if (!type.startsWith(PREFIX)) {
      return; // Of a kind that I do not know: not for me.
    }
    if (!seen.add(header(event, "ce_id"))) {
      duplicates++;
      return;
    }
    String order = header(event, "ce_subject");
    long version = Long.parseLong(header(event, "ce_aggregateversion"));
    long before = versions.getOrDefault(order, 0L);
    if (version <= before) {
      duplicates++;
      return;
    }
    if (version != before + 1) {
      gaps++;
    }
    versions.put(order, version);
    orders.put(order, order(event.value()));
  }

  private Order order(byte[] data) {
    try {
      JsonNode order = json.readTree(data);
      return new Order(
          order.required("rootOrderId").asText(),
          order.required("status").asText(),
          order.required("paymentStatus").asText(),
          order.required("fulfilmentStatus").asText(),
          order.required("currency").asText(),
          order.required("totalAmount").asLong(),
          order.required("cancelledAmount").asLong(),
          order.required("capturedAmount").asLong(),
          order.required("refundedAmount").asLong());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String header(ConsumerRecord<String, byte[]> event, String name) {
    var header = event.headers().lastHeader(name);
    return header == null ? "" : new String(header.value(), StandardCharsets.UTF_8);
  }

  /** Every order, by its id. */
  Map<String, Order> orders() {
    return orders;
  }

  /** How often a version was missing. */
  int gaps() {
    return gaps;
  }

  /** How many events came again. */
  int duplicates() {
    return duplicates;
  }
}
