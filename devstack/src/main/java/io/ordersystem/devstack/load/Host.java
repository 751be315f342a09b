package io.ordersystem.devstack.load;

import java.lang.ProcessBuilder.Redirect;
import java.time.Duration;
import java.util.Map;

/**
 * Where k6 runs.
 *
 * @param environment what k6 and its script find besides what is handed to them
 * @param output where k6 writes: to the terminal it shows its progress
 * @param margin how much longer than its scenario k6 may take
 */
record Host(Map<String, String> environment, Redirect output, Duration margin) {
  /**
   * Setup, requests under way and teardown have limits in the scripts (load.js), together 6¼ min.
   */
  private static final Duration MARGIN = Duration.ofMinutes(7);

  Host {
    environment = Map.copyOf(environment);
  }

  static Host own() {
    return new Host(System.getenv(), Redirect.INHERIT, MARGIN);
  }

  /** A variable, or what is taken when it is absent or blank. */
  String variable(String name, String otherwise) {
    String given = environment.getOrDefault(name, "");
    return given.isBlank() ? otherwise : given;
  }
}
