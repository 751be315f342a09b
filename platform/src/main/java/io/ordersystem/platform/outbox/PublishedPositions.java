package io.ordersystem.platform.outbox;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a leader knows of the positions it has published. A position is taken before its transaction
 * commits, so a higher one can become visible first: the missing ones are <em>gaps</em>, looked for
 * again until they appear or until no transaction that could fill them is left.
 *
 * <p>A transaction that appends already has an id when it takes a position. So everything that can
 * still fill a gap has a smaller id than any that is assigned after the gap was seen: that one is
 * its <em>bound</em>, and the gap is over once the oldest running transaction ({@code
 * pg_snapshot_xmin}) has reached it. {@code pg_snapshot_xmax} will not do as a bound: it is one
 * past the highest <em>completed</em> id, and the transaction behind the gap can be younger than
 * that.
 */
final class PublishedPositions {
  /** Of a gap that has just been seen: younger than every transaction. */
  private static final long NOT_BOUND = Long.MAX_VALUE;

  private final TreeMap<Long, Long> gaps = new TreeMap<>();
  private long highest;

  /** Goes on from what an earlier leader has saved. */
  PublishedPositions(Saved saved) {
    highest = saved.highest();
    gaps.putAll(saved.gaps());
  }

  /**
   * What outlives a leader.
   *
   * @param gaps each open gap with its bound
   */
  record Saved(long highest, SortedMap<Long, Long> gaps) {
    Saved {
      gaps = Collections.unmodifiableSortedMap(new TreeMap<>(gaps));
    }

    /** Everything up to here is published or will never exist. */
    long contiguous() {
      return gaps.isEmpty() ? highest : gaps.firstKey() - 1;
    }
  }

  Saved saved() {
    return new Saved(highest, gaps);
  }

  /**
   * Takes in one look at the table.
   *
   * @param xmin the oldest running transaction of the look's snapshot
   */
  void saw(Collection<Long> positions, long xmin) {
    positions.stream().sorted().forEach(this::saw);
    gaps.values().removeIf(bound -> bound <= xmin);
  }

  private void saw(long position) {
    if (position <= highest) {
      gaps.remove(position);
      return;
    }
    for (long missing = highest + 1; missing < position; missing++) {
      gaps.put(missing, NOT_BOUND);
    }
    highest = position;
  }

  /** Whether there are gaps that have just been seen. */
  boolean needsBound() {
    return gaps.containsValue(NOT_BOUND);
  }

  /** Bounds those gaps by a transaction id that was assigned after they were seen. */
  void bind(long assigned) {
    gaps.replaceAll((position, bound) -> bound == NOT_BOUND ? assigned : bound);
  }

  long highest() {
    return highest;
  }

  List<Long> gaps() {
    return new ArrayList<>(gaps.keySet());
  }
}
