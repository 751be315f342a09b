package io.ordersystem.orders.retention;

import io.smallrye.config.ConfigMapping;
import java.time.Duration;
import java.util.Optional;

/** How long orders stay. */
@ConfigMapping(prefix = "order.retention")
interface RetentionConfig {
  /**
   * How long the months of ended orders stay in the tables; absent: for good. A month is detached
   * when all of it is older. Shorter keeps the tables and their indexes small; whoever asks for an
   * older order is told that it is not found.
   */
  Optional<Duration> keep();
}
