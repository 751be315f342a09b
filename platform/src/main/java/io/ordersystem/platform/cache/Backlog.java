package io.ordersystem.platform.cache;

import io.vertx.core.buffer.Buffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What waits to be written to the cache. Values are only worth having, and few enough to be
 * dropped; a fence stays until it is known to be there. Its user guards it against threads.
 */
final class Backlog {
  /** Beyond it the eldest is dropped: what it keeps away is forgotten soonest. */
  static final int FENCES = 20_000;

  /** Beyond these a value is not cached. */
  static final int VALUES = 20_000;

  static final int BYTES = 16 << 20;

  /** What one script writes: it holds up everybody else. */
  static final int KEYS_AT_ONCE = 500;

  static final int BYTES_AT_ONCE = 1 << 20;

  private final LinkedHashMap<String, Version> fences = new LinkedHashMap<>();
  private final LinkedHashMap<String, Waiting> values = new LinkedHashMap<>();
  private long bytes;

  /**
   * A value that waits.
   *
   * @param done what is to be run when it is there or never will be, also for others of its key
   *     that have given way to it
   */
  record Waiting(Version version, Buffer value, Instant until, List<Runnable> done) {
    private long bytes() {
      return value.length();
    }

    /** The one that would be there after both. */
    private Waiting and(Waiting later) {
      Waiting there = version.isBefore(later.version) ? later : this;
      done.addAll(later.done);
      return new Waiting(there.version, there.value, there.until, done);
    }
  }

  /** What is written at once: fences first, as no value may be written before the fence it met. */
  record Batch(Map<String, Version> fences, Map<String, Waiting> values) {
    boolean isEmpty() {
      return fences.isEmpty() && values.isEmpty();
    }

    List<Runnable> done() {
      return doneOf(values.values());
    }
  }

  boolean isEmpty() {
    return fences.isEmpty() && values.isEmpty();
  }

  int fences() {
    return fences.size();
  }

  /**
   * A fence for each key. Values that give way to it wait no longer.
   *
   * @param done is given what is to be run for those
   * @return how many fences have been dropped for it
   */
  int fence(Collection<String> keys, Version notBefore, List<Runnable> done) {
    for (String key : keys) {
      Version known = fences.get(key);
      // Behind the others: the values that it keeps away may be the youngest.
      fences.putLast(key, known == null || known.isBefore(notBefore) ? notBefore : known);
      Waiting value = values.get(key);
      if (value != null && value.version().isBefore(notBefore)) {
        values.remove(key);
        bytes -= value.bytes();
        done.addAll(value.done());
      }
    }
    int lost = 0;
    while (fences.size() > FENCES) {
      fences.pollFirstEntry();
      lost++;
    }
    return lost;
  }

  /** Whether it waits now; if not, there is no room. */
  boolean put(String key, Version version, Buffer value, Instant until, Runnable done) {
    var one = new Waiting(version, value, until, new ArrayList<>(List.of(done)));
    Waiting known = values.get(key);
    if (bytes + one.bytes() > BYTES || (known == null && values.size() >= VALUES)) {
      return false;
    }
    Waiting there = known == null ? one : known.and(one);
    bytes += there.bytes() - (known == null ? 0 : known.bytes());
    values.put(key, there);
    return true;
  }

  /** Some of it. Fences wait on until they are {@link #written}. */
  Batch take() {
    Batch batch = takeFences();
    long taken = 0;
    var all = values.entrySet().iterator();
    while (all.hasNext() && batch.fences.size() + batch.values.size() < KEYS_AT_ONCE) {
      var one = all.next();
      long more = one.getValue().bytes();
      if (taken > 0 && taken + more > BYTES_AT_ONCE) {
        break;
      }
      taken += more;
      bytes -= more;
      batch.values.put(one.getKey(), one.getValue());
      all.remove();
    }
    return batch;
  }

  /** The eldest fences and no values. */
  Batch takeFences() {
    var some = new LinkedHashMap<String, Version>();
    for (var fence : fences.entrySet()) {
      if (some.size() == KEYS_AT_ONCE) {
        break;
      }
      some.put(fence.getKey(), fence.getValue());
    }
    return new Batch(some, new LinkedHashMap<>());
  }

  /** These fences are there, unless a later one has taken the place of one meanwhile. */
  void written(Batch batch) {
    batch.fences.forEach(fences::remove);
  }

  /** No value waits any longer; what is to be run for them. */
  List<Runnable> dropValues() {
    List<Runnable> done = doneOf(values.values());
    values.clear();
    bytes = 0;
    return done;
  }

  private static List<Runnable> doneOf(Collection<Waiting> values) {
    return values.stream().flatMap(value -> value.done().stream()).toList();
  }
}
