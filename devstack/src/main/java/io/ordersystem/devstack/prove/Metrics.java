package io.ordersystem.devstack.prove;

import io.ordersystem.devstack.stack.LocalPort;
import io.ordersystem.devstack.stack.Management;

/** Numbers that services export. */
final class Metrics {
  private Metrics() {}

  /** The sum over all labels; 0 when the metric is not there yet. */
  static long sum(LocalPort management, String name) {
    return sum(management.number(), name, "");
  }

  /** The sum of those with that label, as {@code name="value"}. */
  static long sum(int management, String name, String label) {
    return Math.round(
        new Management(management)
            .metrics()
            .lines()
            .filter(line -> line.startsWith(name + "{") || line.startsWith(name + " "))
            .filter(line -> line.contains(label))
            .mapToDouble(line -> Double.parseDouble(value(line)))
            .sum());
  }

  /** What follows the labels; an exemplar may follow the value. */
  private static String value(String line) {
    String rest = line.replaceFirst("^\\w+(\\{[^}]*})? +", "");
    return rest.split(" ", 2)[0];
  }
}
