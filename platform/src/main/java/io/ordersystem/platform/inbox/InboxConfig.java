package io.ordersystem.platform.inbox;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** How messages become transactions. */
@ConfigMapping(prefix = "inbox")
interface InboxConfig {
  /** Messages per transaction. Larger is faster and holds locks for longer. */
  @WithDefault("256")
  int batchSize();

  /** First pause while the database is away. */
  @WithDefault("200ms")
  Duration retryFirst();

  /** Longest pause while the database is away; also how late a recovery is noticed. */
  @WithDefault("3s")
  Duration retryMost();
}
