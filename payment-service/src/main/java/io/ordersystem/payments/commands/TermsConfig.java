package io.ordersystem.payments.commands;

import io.ordersystem.payments.payment.CaptureMode;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;

/** On what terms payments begin; those under way keep theirs. */
@ConfigMapping(prefix = "payment.terms")
interface TermsConfig {
  /**
   * When the money is taken: {@code at-shipment} needs a provider that takes several captures of
   * one authorisation; {@code at-confirmation} takes all at once, and cancellations become refunds.
   */
  @WithDefault("at-shipment")
  CaptureMode capture();

  /** What the marketplace keeps of what a seller sells, in basis points: 1000 is a tenth. */
  @WithDefault("1000")
  @Min(0)
  @Max(10_000)
  int commission();
}
