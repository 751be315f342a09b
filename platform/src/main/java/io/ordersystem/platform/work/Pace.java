package io.ordersystem.platform.work;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * The least time from one beginning to the next. What comes alone begins at once; what comes soon
 * after something else has begun waits, and so shares a transaction or a request with what comes
 * meanwhile. Not for several threads at once.
 */
public final class Pace {
  private final long least;
  private final LongSupplier nanos;
  private long began;

  /** A pace by the clock that no operator can set; zero for none. */
  public Pace(Duration least) {
    this(least, System::nanoTime);
  }

  Pace(Duration least, LongSupplier nanos) {
    this.least = least.toNanos();
    this.nanos = nanos;
    this.began = nanos.getAsLong() - this.least;
  }

  /** Something begins now. */
  public void begin() {
    began = nanos.getAsLong();
  }

  /** How long until the next may begin; zero when it may. */
  public Duration left() {
    return Duration.ofNanos(Math.max(0, least - (nanos.getAsLong() - began)));
  }
}
