package io.ordersystem.payments.payment;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** How delivered notifications of the provider are taken. */
@ConfigMapping(prefix = "payment.webhooks")
interface HintsConfig {
  /**
   * The least time between two transactions that take notifications, unless enough wait to fill
   * one. Most tell what a call's answer is about to tell as well; one that is taken after the
   * answer costs no question. A notification is late by so much for each one before it that has a
   * payment in common with it, and a provider that keeps n deliveries under way gets at most n of
   * them taken in this time. At most 2.5 s.
   */
  @WithDefault("100ms")
  Duration pace();
}
