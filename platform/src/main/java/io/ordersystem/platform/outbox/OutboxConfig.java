package io.ordersystem.platform.outbox;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** How eagerly messages leave. */
@ConfigMapping(prefix = "outbox")
interface OutboxConfig {
  /**
   * The slow look for rows whose in-process signal was lost with a process. Smaller costs idle
   * queries.
   */
  @WithDefault("500ms")
  Duration pollInterval();

  /**
   * Rows read and published at once. Larger helps throughput until the producer's buffer is the
   * limit.
   */
  @WithDefault("1000")
  int batchSize();

  /**
   * Pause after a failure of the database or the broker, and how often the wait for the broker is
   * logged.
   */
  @WithDefault("1s")
  Duration retryPause();
}
