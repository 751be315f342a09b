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

  /**
   * Pauses before asking again while an outcome is unknown or pending; the last one repeats for as
   * long as it is, because money may depend on it. Each is shortened at random by up to a fifth, so
   * that what failed together does not come back together.
   */
  @WithDefault("1s,5s,30s,1m,5m,15m,1h")
  List<Duration> askAgainAfter();

  /**
   * How long the provider surely remembers an idempotency key. A payment that is older is only
   * authorised anew when the provider has none with our reference.
   */
  @WithDefault("23h")
  Duration keysLiveFor();

  /**
   * How long the provider may hold money before it lets go of it by itself: from then on it is
   * asked whether it still does, once an hour.
   */
  @WithDefault("7d")
  Duration holdsLiveFor();
}
