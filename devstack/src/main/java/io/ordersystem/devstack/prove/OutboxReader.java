package io.ordersystem.devstack.prove;

import io.ordersystem.devstack.stack.LocalPort;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/** Reads the proof's topic from its present end, and notes when it first saw each version. */
final class OutboxReader implements AutoCloseable {
  private static final Duration POLL = Duration.ofMillis(50);

  private final KafkaConsumer<String, byte[]> consumer;
  private final Map<String, Long> firsts = new ConcurrentHashMap<>();
  private final Map<String, Long> versions = new HashMap<>();
  private final AtomicInteger repeated = new AtomicInteger();
  private final AtomicInteger outOfOrder = new AtomicInteger();
  private volatile boolean stopping;
  private final Thread thread = Thread.ofPlatform().name("reader").unstarted(this::read);

  OutboxReader() {
    consumer =
        new KafkaConsumer<>(
            Map.of(
                ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                "127.0.0.1:" + LocalPort.KAFKA.number(),
                ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG,
                20),
            new StringDeserializer(),
            new ByteArrayDeserializer());
    var partitions =
        consumer.partitionsFor(OutboxProof.TOPIC).stream()
            .map(partition -> new TopicPartition(partition.topic(), partition.partition()))
            .toList();
    consumer.assign(partitions);
    consumer.seekToEnd(partitions);
    partitions.forEach(consumer::position);
  }

  void start() {
    thread.start();
  }

  /** When each {@code subject/version} was first seen, by {@link System#nanoTime}. */
  Map<String, Long> firsts() {
    return firsts;
  }

  int repeated() {
    return repeated.get();
  }

  /** First occurrences whose version is not the next one of their subject. */
  int outOfOrder() {
    return outOfOrder.get();
  }

  private void read() {
    while (!stopping) {
      for (ConsumerRecord<String, byte[]> message : consumer.poll(POLL)) {
        see(header(message, "ce_subject"), Long.parseLong(header(message, "ce_aggregateversion")));
      }
    }
  }

  private void see(String subject, long version) {
    if (firsts.putIfAbsent(subject + "/" + version, System.nanoTime()) != null) {
      repeated.incrementAndGet();
      return;
    }
    Long before = versions.put(subject, version);
    if (version != (before == null ? 1 : before + 1)) {
      outOfOrder.incrementAndGet();
    }
  }

  private static String header(ConsumerRecord<String, byte[]> message, String name) {
    return new String(message.headers().lastHeader(name).value(), StandardCharsets.UTF_8);
  }

  @Override
  public void close() throws InterruptedException {
    stopping = true;
    thread.join();
    consumer.close();
  }
}
