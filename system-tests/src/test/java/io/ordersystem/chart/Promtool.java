package io.ordersystem.chart;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Prometheus' own judge of rules, which tries them on made-up series: named by {@code PROMTOOL}, or
 * on the {@code PATH}.
 */
record Promtool(Program program) {
  static final String HOW_TO_GET_IT =
      "rules are not tried without promtool: apt-get install prometheus, or PROMTOOL=$(.ci/promtool)";

  /**
   * The one that is there.
   *
   * @see Program#in
   */
  static Promtool in(Map<String, String> environment) {
    return new Promtool(Program.in(environment, "PROMTOOL", "promtool", HOW_TO_GET_IT));
  }

  /** {@code promtool check rules}. */
  Program.Run check(List<Path> rules) {
    return run("check", rules);
  }

  /** {@code promtool test rules}. */
  Program.Run test(List<Path> tests) {
    return run("test", tests);
  }

  private Program.Run run(String what, List<Path> files) {
    var arguments = new ArrayList<>(List.of(what, "rules"));
    files.forEach(file -> arguments.add(file.toString()));
    return program.run(arguments);
  }
}
