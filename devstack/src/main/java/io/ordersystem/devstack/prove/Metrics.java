package io.ordersystem.devstack.prove;

import io.ordersystem.devstack.metrics.Samples;
import io.ordersystem.devstack.stack.LocalPort;
import io.ordersystem.devstack.stack.Management;

/** Counts that services export. */
final class Metrics {
  private Metrics() {}

  /** The sum over all labels; 0 when the metric is not there yet. */
  static long sum(LocalPort management, String name) {
    return rounded(of(management.number(), name));
  }

  /** The sum of those with that value of the label. */
  static long sum(int management, String name, String label, String value) {
    return rounded(of(management, name).with(label, value));
  }

  private static Samples of(int management, String name) {
    return Samples.parse(new Management(management).metrics()).named(name);
  }

  private static long rounded(Samples samples) {
    return Math.round(samples.sum().orElse(0));
  }
}
