package io.ordersystem.platform.inbox;

import io.ordersystem.contracts.Topic;
import io.ordersystem.platform.events.EventFormat;
import io.ordersystem.platform.events.Received;
import io.ordersystem.platform.events.UnreadableMessage;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Cuts a polled batch into the pieces that become one transaction each: in order, at most so many
 * messages, no key twice (an aggregate changes once per transaction), an unreadable one alone. Of a
 * state topic only the newest value of each key is left.
 */
final class Chunks {
  private final EventFormat format;
  private final int limit;
  private final Runnable ignored;
  private final List<Chunk> chunks = new ArrayList<>();
  private List<Arrived> open = new ArrayList<>();
  private final Set<String> keys = new HashSet<>();

  private Chunks(EventFormat format, int limit, Runnable ignored) {
    this.format = format;
    this.limit = limit;
    this.ignored = ignored;
  }

  /** A message with the record it came as, which parking keeps. */
  record Arrived(ConsumerRecord<String, byte[]> record, Received message) {}

  sealed interface Chunk {}

  record Readable(List<Arrived> messages) implements Chunk {}

  record Unreadable(ConsumerRecord<String, byte[]> record, UnreadableMessage defect)
      implements Chunk {}

  /**
   * The pieces of a batch.
   *
   * @param ignored told of each message that is for others
   */
  static List<Chunk> of(
      Iterable<ConsumerRecord<String, byte[]>> records,
      EventFormat format,
      int limit,
      Runnable ignored) {
    var cutting = new Chunks(format, limit, ignored);
    var superseded = superseded(records);
    records.forEach(record -> {
      if (!superseded.contains(record)) {
        cutting.take(record);
      }
    });
    cutting.finish();
    return cutting.chunks;
  }

  /**
   * Of a compacted topic what has a later value in the same batch: the broker might have dropped it
   * as well, and a key that changes often would cost a transaction for each of its values. A key is
   * in one partition, whose records are in order.
   */
  private static Set<ConsumerRecord<String, byte[]>> superseded(
      Iterable<ConsumerRecord<String, byte[]>> records) {
    var newest = new HashMap<Place, ConsumerRecord<String, byte[]>>();
    Set<ConsumerRecord<String, byte[]>> superseded =
        Collections.newSetFromMap(new IdentityHashMap<>());
    for (var record : records) {
      String key = record.key();
      if (key != null && record.value() != null && Topic.named(record.topic()).compacted()) {
        var earlier = newest.put(new Place(record.topic(), record.partition(), key), record);
        if (earlier != null) {
          superseded.add(earlier);
        }
      }
    }
    return superseded;
  }

  /** Whose newest value counts. */
  private record Place(String topic, int partition, String key) {}

  private void take(ConsumerRecord<String, byte[]> record) {
    if (record.value() == null && Topic.named(record.topic()).compacted()) {
      return; // A tombstone is for the broker: what we keep has a retention of its own.
    }
    try {
      format.read(record).ifPresentOrElse(message -> add(new Arrived(record, message)), ignored);
    } catch (UnreadableMessage defect) {
      finish();
      chunks.add(new Unreadable(record, defect));
    }
  }

  private void add(Arrived arrived) {
    if (open.size() >= limit || keys.contains(arrived.message().key())) {
      finish();
    }
    open.add(arrived);
    keys.add(arrived.message().key());
  }

  private void finish() {
    if (!open.isEmpty()) {
      chunks.add(new Readable(open));
    }
    open = new ArrayList<>();
    keys.clear();
  }
}
