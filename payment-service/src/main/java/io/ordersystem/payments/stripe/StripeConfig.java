package io.ordersystem.payments.stripe;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** Where Stripe is and how long it may take. */
@ConfigMapping(prefix = "payment.stripe")
interface StripeConfig {
  /** The API's address; another one for a sandbox or a proxy. */
  @WithDefault("https://api.stripe.com")
  String baseUrl();

  /** The secret key. */
  String apiKey();

  /** What webhooks are signed with. */
  String webhookSecret();

  @WithDefault("3s")
  Duration connectTimeout();

  /**
   * Longer loses fewer answers, but holds a call's place for longer. An answer that is lost is
   * asked for again.
   */
  @WithDefault("20s")
  Duration readTimeout();

  /** How old a webhook's timestamp may be: against replays, with room for clocks that differ. */
  @WithDefault("5m")
  Duration webhookTolerance();
}
