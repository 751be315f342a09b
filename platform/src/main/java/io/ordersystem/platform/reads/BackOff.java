package io.ordersystem.platform.reads;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.LongSupplier;

/**
 * Leaves a replica alone for a while when its readings are slow one after the other. A single slow
 * reading says something of its query; several within {@link #WINDOW} say that the replica has more
 * to do than it can, and each further one would cost its caller {@code reads.answer-within}.
 *
 * <p>It ends by itself: what arrives late while it lasts does not lengthen it, and then as many
 * slow readings as at first begin the next one.
 */
final class BackOff {
  static final Duration WINDOW = Duration.ofSeconds(1);

  private final int limit;
  private final long nanos;
  private final LongSupplier nanoTime;

  private final Deque<Long> slow = new ArrayDeque<>();
  private boolean begun;
  private long began;

  /**
   * @param limit how many slow readings within the window begin it; at least 1
   * @param length how long it lasts
   */
  BackOff(int limit, Duration length, LongSupplier nanoTime) {
    this.limit = Math.max(1, limit);
    this.nanos = length.toNanos();
    this.nanoTime = nanoTime;
  }

  /** A reading was slow; true when that begins the back-off. */
  synchronized boolean slow() {
    if (isOn()) {
      return false;
    }
    long now = nanoTime.getAsLong();
    while (!slow.isEmpty() && now - slow.getFirst() > WINDOW.toNanos()) {
      slow.removeFirst();
    }
    slow.addLast(now);
    if (slow.size() < limit) {
      return false;
    }
    slow.clear();
    begun = true;
    began = now;
    return true;
  }

  /** Whether it is left alone now. */
  synchronized boolean isOn() {
    begun = begun && nanoTime.getAsLong() - began < nanos;
    return begun;
  }
}
