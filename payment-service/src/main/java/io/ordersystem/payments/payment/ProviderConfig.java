package io.ordersystem.payments.payment;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** When a payment provider is taken for down, whoever it is. */
@ConfigMapping(prefix = "payment.provider")
public interface ProviderConfig {
  /** The provider is taken for down when of so many calls ... */
  @WithDefault("20")
  int breakerWindow();

  /** ... this part was not answered. */
  @WithDefault("0.5")
  double breakerFailureRatio();

  /** How long nobody is asked then; one call afterwards tries it out. */
  @WithDefault("5s")
  Duration breakerPause();
}
