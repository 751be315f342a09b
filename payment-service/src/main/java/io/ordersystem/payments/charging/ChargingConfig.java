package io.ordersystem.payments.charging;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.List;

/** How the provider is asked, and asked again. */
@ConfigMapping(prefix = "payment.charging")
interface ChargingConfig {
  /** Calls at once in one pass. More is faster until the provider's own limit answers 429. */
  @WithDefault("16")
  int concurrency();

  /** Payments claimed in one pass. */
  @WithDefault("64")
  int batch();

  /**
   * How long a claim keeps others away; longer than the longest call, or a call is made twice at
   * once.
   */
  @WithDefault("45s")
  Duration lease();

  /** Pauses before asking again while the outcome is unknown; the last one repeats. */
  @WithDefault("1s,5s,30s,1m,5m,15m,1h")
  List<Duration> askAgainAfter();
}
