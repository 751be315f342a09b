package io.ordersystem.payments.payment;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** How delivered notifications of the provider are taken. */
@ConfigMapping(prefix = "payment.webhooks")
interface HintsConfig {
  /**
   * The least time between two transactions that take notifications, unless enough wait to fill
   * one: how late a notification may be taken. Most tell what a call's answer is about to tell as
   * well; one that is taken after the answer costs no question.
   */
  @WithDefault("100ms")
  Duration pace();
}
