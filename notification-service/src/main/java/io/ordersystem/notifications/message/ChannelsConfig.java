package io.ordersystem.notifications.message;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import io.smallrye.config.WithParentName;
import java.util.Map;
import java.util.OptionalDouble;

/** What the far ends of channels can take. */
@ConfigMapping(prefix = "notification.channels")
public interface ChannelsConfig {
  /** By the channel's name in lower case, as environment variables give it. */
  @WithParentName
  Map<String, Limit> limits();

  /** The limit of one channel, for all replicas together. */
  interface Limit {
    /**
     * How many a second in the long run; may be a fraction. Absent means no limit. What is over it
     * waits in the queue.
     */
    OptionalDouble ratePerSecond();

    /**
     * How many at once after a quiet time. At least what one second brings: the queue is looked at
     * about once a second, and what a smaller bucket cannot hold until then is lost.
     */
    @WithDefault("10")
    int burst();
  }
}
