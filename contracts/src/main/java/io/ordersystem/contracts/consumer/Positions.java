package io.ordersystem.contracts.consumer;

import java.util.OptionalLong;

/**
 * The last version of each subject that the handler has done. It belongs where the handler's
 * results are: results in a database with positions in memory would be built once more after every
 * restart, and positions in a database with results in memory would leave the results incomplete.
 *
 * <p>To have each version take effect exactly once across crashes, the handler writes the position
 * in the transaction that writes its results, {@link #last} reads that table, and {@link #reached}
 * does nothing. Where {@code reached} does the writing, a crash between the two repeats one event.
 */
public interface Positions {
  /** The last version done; empty for a subject that was never seen. Asked for every event. */
  OptionalLong last(String source, String subject);

  /** The handler has done this version. Called once per version, right after the handler. */
  void reached(String source, String subject, long version);

  /**
   * Positions for a result that lives and dies with this process. They are never forgotten, because
   * a forgotten subject would be delivered from its beginning again: some 200 bytes for each
   * subject ever seen, 200 MB for a million.
   */
  static Positions inMemory() {
    return new InMemoryPositions();
  }
}
