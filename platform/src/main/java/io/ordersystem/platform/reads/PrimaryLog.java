package io.ordersystem.platform.reads;

import io.ordersystem.platform.sql.Position;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * When the primary was where: what turns a replica's position into a time, whatever its clock says.
 * A replica that stands still while the primary goes on falls behind by that time; one whose
 * primary does nothing does not.
 */
final class PrimaryLog {
  /** A look a second: far longer than any lag that is tolerated. */
  private static final int KEPT = 120;

  private final LongSupplier nanoTime;
  private final Deque<Seen> seen = new ArrayDeque<>();

  PrimaryLog(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  private record Seen(long nanoTime, Position position) {}

  /** The primary is there now. */
  synchronized void note(Position position) {
    if (!seen.isEmpty() && !seen.getLast().position().isComparable(position)) {
      seen.clear();
    }
    if (!seen.isEmpty() && seen.getLast().position().covers(position)) {
      return;
    }
    seen.addLast(new Seen(nanoTime.getAsLong(), position));
    if (seen.size() > KEPT) {
      seen.removeFirst();
    }
  }

  /**
   * For how long the primary has been where that replica is not yet. For ever when that is not
   * known: before the primary has answered, for a replica that has not come to where the primary
   * was first seen, and for one of another history.
   */
  synchronized Duration behind(Position replayed) {
    if (seen.isEmpty() || !replayed.covers(seen.getFirst().position())) {
      return Duration.ofNanos(Long.MAX_VALUE);
    }
    if (replayed.covers(seen.getLast().position())) {
      return Duration.ZERO;
    }
    for (Seen one : seen) {
      if (!replayed.covers(one.position())) {
        return Duration.ofNanos(nanoTime.getAsLong() - one.nanoTime());
      }
    }
    return Duration.ZERO;
  }

  /** For how many seconds, at least, it was last known to be where it is; for metrics. */
  static double seconds(Duration behind) {
    return behind.toNanos() / (double) TimeUnit.SECONDS.toNanos(1);
  }
}
