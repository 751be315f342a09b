package io.ordersystem.devstack.bench;

import io.ordersystem.contracts.EventType;
import io.ordersystem.contracts.Topic;
import io.ordersystem.devstack.process.Await;
import io.ordersystem.devstack.stack.LocalPort;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.HdrHistogram.Histogram;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/**
 * What becomes of placed orders, as a consumer of their topic learns it: when each was confirmed,
 * counted from when its request was due, and how long events take from their transaction to here.
 */
final class Decisions implements AutoCloseable {
  private static final Duration POLL = Duration.ofMillis(50);
  private static final long LONGEST_MICROS = 600_000_000;

  private final KafkaConsumer<String, byte[]> consumer;
  private final Map<String, Long> due = new ConcurrentHashMap<>();
  private final Map<String, Long> decided = new ConcurrentHashMap<>();
  private final AtomicInteger confirmed = new AtomicInteger();
  private final AtomicInteger cancelled = new AtomicInteger();
  private final AtomicInteger events = new AtomicInteger();
  private final Thread thread = Thread.ofPlatform().name("decisions").unstarted(this::read);
  private volatile Histogram delayMicros = new Histogram(LONGEST_MICROS, 3);
  private volatile long lastNanos;
  private volatile boolean stopping;

  Decisions() {
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
        IntStream.range(0, Topic.PARTITIONS)
            .mapToObj(number -> new TopicPartition(Topic.ORDER_EVENTS.topicName(), number))
            .toList();
    consumer.assign(partitions);
    consumer.seekToEnd(partitions);
    partitions.forEach(consumer::position);
    thread.start();
  }

  /** Forgets everything, before another arm. */
  void begin() {
    due.clear();
    decided.clear();
    confirmed.set(0);
    cancelled.set(0);
    events.set(0);
    delayMicros = new Histogram(LONGEST_MICROS, 3);
  }

  /** An order was taken whose request was due then. */
  void placed(String order, long dueNanos) {
    due.put(order, dueNanos);
  }

  /** Waits until each placed order is decided; whether they all are. */
  boolean all(Duration within) {
    return Await.within(within, () -> decided.keySet().containsAll(due.keySet()));
  }

  int confirmed() {
    return confirmed.get();
  }

  int cancelled() {
    return cancelled.get();
  }

  /** Events of orders, all kinds. */
  int events() {
    return events.get();
  }

  /** When the last decision came, by {@link System#nanoTime}. */
  long lastNanos() {
    return lastNanos;
  }

  /** From when a request was due to its order's decision, of all that are decided. */
  Histogram decidedMicros() {
    var micros = new Histogram(LONGEST_MICROS, 3);
    due.forEach((order, since) -> {
      Long at = decided.get(order);
      if (at != null) {
        micros.recordValue(Math.clamp((at - since) / 1_000, 0, LONGEST_MICROS));
      }
    });
    return micros;
  }

  /** From an event's transaction, before its COMMIT, to its arrival here. */
  Histogram delayMicros() {
    return delayMicros.copy();
  }

  private void read() {
    while (!stopping) {
      consumer.poll(POLL).forEach(this::take);
    }
    consumer.close();
  }

  private void take(ConsumerRecord<String, byte[]> event) {
    events.incrementAndGet();
    var delay = Duration.between(Instant.parse(header(event, "ce_time")), Instant.now());
    delayMicros.recordValue(Math.clamp(delay.toNanos() / 1_000, 0, LONGEST_MICROS));
    String type = header(event, "ce_type");
    boolean isConfirmed = type.equals(EventType.ORDER_CONFIRMED.ceType());
    if (isConfirmed || type.equals(EventType.ORDER_CANCELLED.ceType())) {
      lastNanos = System.nanoTime();
      decided.put(header(event, "ce_subject"), lastNanos);
      (isConfirmed ? confirmed : cancelled).incrementAndGet();
    }
  }

  private static String header(ConsumerRecord<String, byte[]> event, String name) {
    return new String(event.headers().lastHeader(name).value(), StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    stopping = true;
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
