package io.ordersystem.platform.outbox;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.TreeMap;

/**
 * What a leader knows of the positions it has published. A position is taken before its transaction
 * commits, so a higher one can become visible first: the missing ones are <em>gaps</em>, looked for
 * again until they appear or until no transaction that could fill them is left.
 *
 * <p>A transaction that appends already has an id when it takes a position. So everything that can
 * still fill a gap was running when the gap was first seen, and is over once the oldest running
 * transaction ({@code pg_snapshot_xmin}) has reached the first unassigned id of that moment ({@code
 * pg_snapshot_xmax}).
 */
final class PublishedPositions {
  private final TreeMap<Long, Long> gaps = new TreeMap<>();
  private long highest;

  PublishedPositions(long contiguous) {
    highest = contiguous;
  }

  /** Takes in one look at the table: which positions it held, and the snapshot it was made with. */
  void saw(Collection<Long> positions, long xmin, long xmax) {
    positions.stream().sorted().forEach(position -> saw(position, xmax));
    gaps.values().removeIf(noted -> noted <= xmin);
  }

  private void saw(long position, long xmax) {
    if (position <= highest) {
      gaps.remove(position);
      return;
    }
    for (long missing = highest + 1; missing < position; missing++) {
      gaps.put(missing, xmax);
    }
    highest = position;
  }

  /** Everything up to here is published or will never exist: where a successor starts. */
  long contiguous() {
    return gaps.isEmpty() ? highest : gaps.firstKey() - 1;
  }

  long highest() {
    return highest;
  }

  List<Long> gaps() {
    return new ArrayList<>(gaps.keySet());
  }
}
