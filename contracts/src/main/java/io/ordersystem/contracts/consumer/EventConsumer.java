package io.ordersystem.contracts.consumer;

import io.ordersystem.contracts.consumer.EventSequencer.Outcome;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RebalanceInProgressException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.jspecify.annotations.Nullable;

/**
 * The poll loop: reads topics in one thread, gives each event to an {@link EventSequencer}, and
 * commits an offset only after the handler has done everything up to it. An event that is held back
 * keeps its partition's offset where it is, so neither a crash nor a rebalance loses it.
 *
 * <p>A tombstone (a message without a value) speaks of retention and is passed over. A message that
 * is no event of ours ends {@link #run}.
 *
 * <p>When a partition moves to another member, both may for a moment work on the same event: keep
 * the {@link Positions} in the database that the handlers share, or expect that.
 */
public final class EventConsumer implements AutoCloseable {
  private static final Duration POLL = Duration.ofMillis(500);
  private static final Duration LONGEST_CLOSE = Duration.ofSeconds(30);

  private final Consumer<String, byte[]> kafka;
  private final List<String> topics;
  private final EventSequencer sequencer;

  /** What follows the last event taken, per partition of this member. */
  private final Map<TopicPartition, Long> taken = new HashMap<>();

  /** What is held back, by its offset. */
  private final Map<TopicPartition, TreeMap<Long, ConsumedEvent>> waiting = new HashMap<>();

  private final Map<TopicPartition, Long> committed = new HashMap<>();

  private final AtomicBoolean started = new AtomicBoolean();
  private final CountDownLatch ended = new CountDownLatch(1);
  private volatile boolean closing;
  private volatile @Nullable Thread runner;

  /**
   * A consumer that joins its group when {@link #run} is called.
   *
   * @param kafka the settings of a Kafka consumer by Kafka's own names: at least {@code
   *     bootstrap.servers} and {@code group.id}. The deserializers and {@code enable.auto.commit}
   *     are set here whatever is given; {@code auto.offset.reset} is {@code earliest} unless given.
   *     For static membership give {@code group.instance.id}, another one for each process that
   *     runs: a restart within {@code session.timeout.ms} then moves no partition.
   * @param topics {@code *.events.v1} topics, or {@code *.state.v1} topics; not both, for versions
   *     mean different things there
   * @param sequencer used by this consumer alone; {@link EventSequencer.Builder#newestWins} for
   *     state topics
   * @throws IllegalArgumentException when the topics do not fit the sequencer
   */
  public EventConsumer(
      Map<String, Object> kafka, Collection<String> topics, EventSequencer sequencer) {
    this(topics, sequencer, () -> new KafkaConsumer<>(settings(kafka)));
  }

  /** The client is made last: one that is refused here would have to be closed again. */
  EventConsumer(
      Collection<String> topics,
      EventSequencer sequencer,
      Supplier<Consumer<String, byte[]>> kafka) {
    for (String topic : topics) {
      if (topic.contains(".state.") != sequencer.takesState()) {
        throw new IllegalArgumentException(
            topic + (sequencer.takesState() ? " does not keep" : " keeps") + " the newest only");
      }
    }
    this.topics = List.copyOf(topics);
    this.sequencer = sequencer;
    this.kafka = kafka.get();
  }

  static Map<String, Object> settings(Map<String, Object> given) {
    var settings = new HashMap<String, Object>(given);
    settings.putIfAbsent(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
    settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    settings.put(ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG, StringDeserializer.class);
    settings.put(ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
    return settings;
  }

  /**
   * Reads until {@link #close} is called from another thread, then returns; can be called once.
   * Whatever ends it, what is done is committed and the member leaves its group (a static one keeps
   * its place). After an exception start a new consumer: it goes on at the first event not done.
   *
   * @throws GapException when versions stay missing
   * @throws IllegalArgumentException when a message is not an event, with its topic and offset
   * @throws KafkaException when Kafka refuses for good
   * @throws RuntimeException whatever the handler, the positions or the healer threw
   */
  public void run() {
    if (!started.compareAndSet(false, true)) {
      throw new IllegalStateException("this consumer was run or closed before");
    }
    runner = Thread.currentThread();
    try (kafka) {
      try {
        kafka.subscribe(topics, new Handover());
        while (!closing) {
          for (ConsumerRecord<String, byte[]> record : kafka.poll(POLL)) {
            if (closing) {
              break;
            }
            take(record);
          }
          sequencer.retry();
          commit();
        }
      } catch (WakeupException e) {
        if (!closing) {
          throw e;
        }
      } finally {
        commitAtTheEnd();
      }
    } finally {
      ended.countDown();
    }
  }

  /**
   * Ends {@link #run} after the event that is being handled, and waits for that, 30 seconds at
   * most. May be called from any thread, more than once, and before {@code run}.
   */
  @Override
  public void close() {
    closing = true;
    if (started.compareAndSet(false, true)) {
      kafka.close();
      ended.countDown();
      return;
    }
    if (Thread.currentThread().equals(runner)) {
      return;
    }
    kafka.wakeup();
    try {
      boolean _ = ended.await(LONGEST_CLOSE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * The event in a Kafka record, for those who have a poll loop of their own and want only the
   * sequencer.
   *
   * @throws IllegalArgumentException when the record has no value or is no event of ours
   */
  public static ConsumedEvent read(ConsumerRecord<String, byte[]> record) {
    try {
      byte @Nullable [] value = record.value();
      if (value == null) {
        throw new IllegalArgumentException("no value");
      }
      String version = text(record, "ce_aggregateversion");
      return new ConsumedEvent(
          required(record, "ce_source"),
          required(record, "ce_subject"),
          version == null ? 0 : Long.parseLong(version),
          required(record, "ce_id"),
          required(record, "ce_type"),
          Instant.parse(required(record, "ce_time")),
          new String(value, StandardCharsets.UTF_8));
    } catch (IllegalArgumentException | DateTimeException e) {
      throw new IllegalArgumentException(
          "not an event: %s-%d@%d: %s"
              .formatted(record.topic(), record.partition(), record.offset(), e.getMessage()),
          e);
    }
  }

  private static String required(ConsumerRecord<?, ?> record, String name) {
    String value = text(record, name);
    if (value == null) {
      throw new IllegalArgumentException("no header " + name);
    }
    return value;
  }

  private static @Nullable String text(ConsumerRecord<?, ?> record, String name) {
    Header header = record.headers().lastHeader(name);
    return header == null || header.value() == null
        ? null
        : new String(header.value(), StandardCharsets.UTF_8);
  }

  private void take(ConsumerRecord<String, byte[]> record) {
    var partition = new TopicPartition(record.topic(), record.partition());
    if (record.value() != null) {
      ConsumedEvent event = read(record);
      if (sequencer.offer(event) == Outcome.HELD) {
        waiting.computeIfAbsent(partition, any -> new TreeMap<>()).put(record.offset(), event);
      }
    }
    taken.put(partition, record.offset() + 1);
  }

  /** Commits, per partition, up to the first event that still waits. */
  private void commit() {
    var offsets = new HashMap<TopicPartition, OffsetAndMetadata>();
    taken.forEach((partition, next) -> {
      long done = Math.min(next, firstWaiting(partition));
      if (done > committed.getOrDefault(partition, -1L)) {
        offsets.put(partition, new OffsetAndMetadata(done));
      }
    });
    if (offsets.isEmpty()) {
      return;
    }
    try {
      kafka.commitSync(offsets);
    } catch (RebalanceInProgressException | CommitFailedException e) {
      return; // The next poll joins again: what was not committed comes once more, as duplicates.
    } catch (RetriableException away) {
      return; // The brokers are away or busy: the next round commits this and what follows.
    }
    offsets.forEach((partition, offset) -> committed.put(partition, offset.offset()));
  }

  private long firstWaiting(TopicPartition partition) {
    TreeMap<Long, ConsumedEvent> held = waiting.get(partition);
    if (held == null) {
      return Long.MAX_VALUE;
    }
    held.values().removeIf(event -> !sequencer.holds(event));
    if (held.isEmpty()) {
      waiting.remove(partition);
      return Long.MAX_VALUE;
    }
    return held.firstKey();
  }

  private void commitAtTheEnd() {
    for (int attempt = 0; attempt < 2; attempt++) {
      try {
        commit();
        return;
      } catch (WakeupException e) {
        // The call of close() that this thread had not met yet; it is used up now.
      } catch (KafkaException e) {
        return; // Whatever ends the loop matters more; the events come again.
      }
    }
  }

  private void forget(Collection<TopicPartition> partitions) {
    for (TopicPartition partition : partitions) {
      taken.remove(partition);
      committed.remove(partition);
      TreeMap<Long, ConsumedEvent> held = waiting.remove(partition);
      if (held != null) {
        held.values().forEach(sequencer::forget);
      }
    }
  }

  /** Partitions go with their offsets, and without what waits: the next reader meets it again. */
  private final class Handover implements ConsumerRebalanceListener {
    @Override
    public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
      forget(partitions);
    }

    @Override
    public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
      commit();
      forget(partitions);
    }

    @Override
    public void onPartitionsLost(Collection<TopicPartition> partitions) {
      forget(partitions);
    }
  }
}
