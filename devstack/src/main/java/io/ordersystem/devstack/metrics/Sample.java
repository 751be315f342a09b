package io.ordersystem.devstack.metrics;

import java.util.Map;

/**
 * One number of an exposition.
 *
 * @param name as exported: with {@code _total}, {@code _bucket} and the like
 * @param value may be not a number, or infinite
 */
public record Sample(String name, Map<String, String> labels, double value) {
  public Sample {
    labels = Map.copyOf(labels);
  }

  /** The value of a label; empty when the sample has no such label, as for Prometheus. */
  public String label(String label) {
    return labels.getOrDefault(label, "");
  }
}
