package io.ordersystem.devstack.metrics;

/**
 * What is known of a quantile.
 *
 * @param value in the unit of the histogram
 */
public record Quantile(Knowledge knowledge, double value) {
  /** How the value is meant. */
  public enum Knowledge {
    ABOUT,
    AT_MOST,
    MORE_THAN
  }
}
