package io.ordersystem.platform.inbox;

import io.ordersystem.contracts.Topic;
import io.ordersystem.platform.events.EventFormat;
import io.ordersystem.platform.events.Received;
import io.ordersystem.platform.events.UnreadableMessage;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Cuts a polled batch into the pieces that become one transaction each: at most so many messages,
 * no key twice (an aggregate changes once per transaction), each key's in their order, an
 * unreadable one alone. A prelude may share its piece with the next message of its key.
 *
 * <p>A message goes into the first piece with room behind the last one of its key. Of different
 * keys the later one may come first; past an unreadable message nothing is moved.
 */
final class Chunks {
  private final EventFormat format;
  private final int limit;
  private final Predicate<Received> prelude;
  private final Runnable ignored;
  private final List<Chunk> chunks = new ArrayList<>();

  /** Pieces that may still grow. */
  private final List<List<Arrived>> open = new ArrayList<>();

  /** The first of them that is not full. */
  private int roomy;

  /** Of each key, the first piece that its next message may go into. */
  private final Map<String, Integer> next = new HashMap<>();

  /** The same for a prelude of that key. */
  private final Map<String, Integer> nextPrelude = new HashMap<>();

  private Chunks(EventFormat format, int limit, Predicate<Received> prelude, Runnable ignored) {
    this.format = format;
    this.limit = limit;
    this.prelude = prelude;
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
   * @param prelude which messages may share a piece with the next one of their key
   * @param ignored told of each message that is for others
   */
  static List<Chunk> of(
      Iterable<ConsumerRecord<String, byte[]>> records,
      EventFormat format,
      int limit,
      Predicate<Received> prelude,
      Runnable ignored) {
    var cutting = new Chunks(format, limit, prelude, ignored);
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
    while (roomy < open.size() && open.get(roomy).size() >= limit) {
      roomy++;
    }
    String key = arrived.message().key();
    boolean isPrelude = prelude.test(arrived.message());
    int piece = Math.max(roomy, (isPrelude ? nextPrelude : next).getOrDefault(key, 0));
    while (piece < open.size() && open.get(piece).size() >= limit) {
      piece++;
    }
    if (piece == open.size()) {
      open.add(new ArrayList<>());
    }
    open.get(piece).add(arrived);
    next.put(key, isPrelude ? piece : piece + 1);
    nextPrelude.put(key, piece + 1);
  }

  private void finish() {
    open.forEach(piece -> chunks.add(new Readable(piece)));
    open.clear();
    next.clear();
    nextPrelude.clear();
    roomy = 0;
  }
}
