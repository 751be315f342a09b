package io.ordersystem.platform.inbox;

import io.ordersystem.contracts.Topic;
import io.ordersystem.platform.events.EventFormat;
import io.ordersystem.platform.events.Received;
import io.ordersystem.platform.events.UnreadableMessage;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Cuts a polled batch into the pieces that become one transaction each: in order, at most so many
 * messages, no key twice (an aggregate changes once per transaction), an unreadable one alone.
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
    records.forEach(cutting::take);
    cutting.finish();
    return cutting.chunks;
  }

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
