package io.ordersystem.payments.reconciliation;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.time.LocalTime;

/** How payments are compared with the provider's books. */
@ConfigMapping(prefix = "payment.reconciliation")
interface ReconciliationConfig {
  /** The time of day, in UTC, from which on the daily run begins. */
  @WithDefault("03:00")
  LocalTime dailyFrom();

  /**
   * How far a run looks back unless it is told. Longer than holds live finds what became of them.
   */
  @WithDefault("8d")
  Duration window();

  /** What changed so recently is left to the next run: the two sides cannot be read at once. */
  @WithDefault("30s")
  Duration settling();

  /** How long a payment about which something is still to be asked may be left out. */
  @WithDefault("1h")
  Duration movingFor();

  /** How long one run may take before another process begins it anew. */
  @WithDefault("10m")
  Duration lease();

  /** How often a run that fails is begun anew. */
  @WithDefault("5")
  int attempts();
}
