package io.ordersystem.contracts.consumer;

import java.io.Serial;
import org.jspecify.annotations.Nullable;

/**
 * Versions are missing and waiting for them has reached its limit. Nothing was skipped: the events
 * behind the gap are not delivered and their offsets not committed. Start again when the source can
 * give what is missing; the message names it.
 */
public final class GapException extends RuntimeException {
  @Serial private static final long serialVersionUID = 1L;

  private final String source;
  private final String subject;
  private final long firstMissing;
  private final long lastMissing;

  GapException(
      Stream stream,
      long firstMissing,
      long lastMissing,
      String message,
      @Nullable Throwable cause) {
    super(message, cause);
    this.source = stream.source();
    this.subject = stream.subject();
    this.firstMissing = firstMissing;
    this.lastMissing = lastMissing;
  }

  public String source() {
    return source;
  }

  public String subject() {
    return subject;
  }

  /** The lowest version that is missing. */
  public long firstMissing() {
    return firstMissing;
  }

  /** The highest version that is missing; some in between may have arrived. */
  public long lastMissing() {
    return lastMissing;
  }
}
