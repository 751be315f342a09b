package io.ordersystem.notifications.delivery;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.List;

/** How messages are sent, and sent again. */
@ConfigMapping(prefix = "notification.delivery")
interface DeliveryConfig {
  /** Messages under way at once on each channel; what the mail server likes. */
  @WithDefault("8")
  int concurrency();

  /**
   * How long a claim keeps others away; longer than a message and the recording of it can take, or
   * it is sent twice. After a crash the message waits for so long.
   */
  @WithDefault("60s")
  Duration lease();

  /**
   * For how long at most a message that its recipient can do without, such as that of a parcel,
   * lets those go first that are needed. Zero: all in the order in which they are due.
   */
  @WithDefault("10m")
  Duration yields();

  /** How long one message may take. */
  @WithDefault("20s")
  Duration timeout();

  /** Pauses after a failure; after the last one the message has failed. About a day in all. */
  @WithDefault("5s,30s,2m,10m,30m,1h,2h,4h,6h,10h")
  List<Duration> retryAfter();

  /** Spoken to customers who named no language, or one that no template has. */
  @WithDefault("en")
  String defaultLocale();
}
