package io.ordersystem.contracts.consumer;

import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A subject of which versions are missing, with the later ones that wait for them. */
final class Gap {
  private static final int RANGES_IN_A_MESSAGE = 20;

  final Stream stream;
  final Instant since;
  final TreeMap<Long, ConsumedEvent> held = new TreeMap<>();
  Instant nextAttempt;
  @Nullable IOException failure;

  Gap(Stream stream, Instant since) {
    this.stream = stream;
    this.since = since;
    this.nextAttempt = since;
  }

  /** What lies between the last version done and the highest that waits, and has not arrived. */
  GapException exception(long last, String why) {
    var ranges = new ArrayList<Missing>();
    long expected = last + 1;
    for (long version : held.keySet()) {
      if (version > expected) {
        ranges.add(new Missing(expected, version - 1));
      }
      expected = Math.max(expected, version + 1);
    }
    return new GapException(
        stream,
        ranges.getFirst().from(),
        ranges.getLast().to(),
        "%s misses version %s (%d later held back since %s): %s"
            .formatted(stream, text(ranges), held.size(), since, why),
        failure);
  }

  private static String text(List<Missing> ranges) {
    var shown = ranges.stream().limit(RANGES_IN_A_MESSAGE).map(Missing::toString).toList();
    return String.join(", ", shown) + (ranges.size() > shown.size() ? ", ..." : "");
  }

  private record Missing(long from, long to) {
    @Override
    public String toString() {
      return from == to ? Long.toString(from) : from + "-" + to;
    }
  }
}
