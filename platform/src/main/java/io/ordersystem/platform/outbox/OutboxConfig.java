package io.ordersystem.platform.outbox;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** How eagerly messages leave. */
@ConfigMapping(prefix = "outbox")
interface OutboxConfig {
  /**
   * How often the leader looks by itself for what other processes wrote: the most that their events
   * are late, unless {@code pace} is longer. An idle look reads one row, the sequence.
   */
  @WithDefault("50ms")
  Duration pollInterval();

  /**
   * The least time from the end of a look that has found something to the next one, unless it has
   * left something. What comes alone is sent at once; what comes often is late by so much at most,
   * and shares a look, a request to the broker and the transactions of its readers. At most half of
   * {@code lead-timeout}.
   */
  @WithDefault("0ms")
  Duration pace();

  /** How often a process that does not lead asks for the lead: the most that a takeover waits. */
  @WithDefault("50ms")
  Duration takeoverInterval();

  /**
   * The lead of a process whose host has vanished ends after this time without a word from it. The
   * leader speaks much more often, also while it waits for the broker.
   */
  @WithDefault("30s")
  Duration leadTimeout();

  /**
   * Rows read and published at once. Larger helps throughput until the producer's buffer is the
   * limit.
   */
  @WithDefault("1000")
  int batchSize();

  /**
   * Pause after a failure of the database or the broker. Ten times as long the leader waits for the
   * broker at a stretch; then it logs that it waits, and tells the database that it is alive: well
   * below {@code lead-timeout}.
   */
  @WithDefault("1s")
  Duration retryPause();

  /**
   * After so long without a further acknowledgement of a batch a leader throws its producer away
   * and the lead with it; after each such time in a row it waits twice as long, up to sixteen
   * times. Whoever leads next sends the same rows again: another process may reach a broker that
   * this one does not, and a new producer does not know what the old one was caught in.
   */
  @WithDefault("60s")
  Duration publishTimeout();
}
