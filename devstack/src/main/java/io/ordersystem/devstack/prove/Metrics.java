package io.ordersystem.devstack.prove;

import io.ordersystem.devstack.stack.LocalPort;
import io.ordersystem.devstack.stack.Management;

/** Numbers that services export. */
final class Metrics {
  private Metrics() {}

  /** The sum over all labels; 0 when the metric is not there yet. */
  static long sum(LocalPort management, String name) {
    return Math.round(
        new Management(management.number())
            .metrics()
            .lines()
            .filter(line -> line.startsWith(name + "{") || line.startsWith(name + " "))
            .mapToDouble(line -> Double.parseDouble(value(line)))
            .sum());
  }

  /** What follows the labels; an exemplar may follow the value. */
  private static String value(String line) {
    String rest = line.replaceFirst("^\\w+(\\{[^}]*})? +", "");
    return rest.split(" ", 2)[0];
  }
}
