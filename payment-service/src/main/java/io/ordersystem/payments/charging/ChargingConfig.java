package io.ordersystem.payments.charging;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.List;

/** How the provider is asked, and asked again. */
@ConfigMapping(prefix = "payment.charging")
interface ChargingConfig {
  /** Calls at once. More is faster until the provider's own limit answers 429. */
  @WithDefault("16")
  int concurrency();

  /**
   * How long a claim keeps others away; longer than the longest piece of work (a cancel and a read,
   * each with its time-outs), or a call is made twice at once. After a crash the payment waits for
   * so long.
   */
  @WithDefault("50s")
  Duration lease();

  /** Pauses before asking again while the outcome is unknown; the last one repeats. */
  @WithDefault("1s,5s,30s,1m,5m,15m,1h")
  List<Duration> askAgainAfter();
}
