package io.ordersystem.contracts.consumer;

import java.io.IOException;
import java.util.List;

/** Reads the versions of a subject that the topic did not deliver, from the source's history. */
@FunctionalInterface
public interface Healer {
  /**
   * The next versions after {@code version}, ascending and without a hole: as many as the source
   * gives at once. It is asked again after the last of them until the gap is closed, so a history
   * of any length fits into memory. Empty when the source does not have them, not yet, or does not
   * know the subject.
   *
   * @throws IOException when the source cannot be asked for the moment. The gap stays open and is
   *     tried again. Any other exception is a fault that waiting does not mend and reaches the
   *     caller of the sequencer.
   */
  List<ConsumedEvent> after(String source, String subject, long version) throws IOException;

  /** For sources without a history: a gap closes only when the topic delivers what is missing. */
  static Healer none() {
    return (source, subject, version) -> List.of();
  }
}
