package io.ordersystem.payments.charging;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** How notifications are found that never arrived. */
@ConfigMapping(prefix = "payment.catch-up")
interface CatchUpConfig {
  /** How often the provider's list is read; a page holds 100 notifications. */
  @WithDefault("1m")
  Duration every();

  /** How long a notification may be on its way before it is taken for lost. */
  @WithDefault("2m")
  Duration lag();

  /** How far the very first look goes back: for about so long the provider tries to deliver. */
  @WithDefault("3d")
  Duration firstLook();

  /**
   * How long the names of notifications are kept. Longer than the provider lists them, or they
   * would be found as lost.
   */
  @WithDefault("45d")
  Duration remembered();
}
