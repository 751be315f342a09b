package io.ordersystem.chart;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * Helm 4 as operators have it: a program, named by {@code HELM4}. What is called helm on the {@code
 * PATH} may be Helm 3.
 */
record Helm4(Program program) {
  static final String HOW_TO_GET_IT = "Helm 4 is not asked: HELM4=$(.ci/kubernetes-tools helm)";

  /**
   * The one that is there.
   *
   * @see Program#in
   */
  static Helm4 in(Map<String, String> environment) {
    return new Helm4(Program.in(environment, "HELM4", null, HOW_TO_GET_IT));
  }

  /**
   * What {@code helm template} prints.
   *
   * @throws IllegalStateException with Helm's message, when it refuses
   */
  String template(Path chart, String values) throws IOException {
    Path file = Files.createTempFile("values", ".yaml");
    try {
      Files.writeString(file, values);
      return program.print(
          List.of(
              "template",
              "order-system",
              chart.toString(),
              "--namespace",
              "order-system",
              "--kube-version",
              Chart.KUBERNETES,
              "--values",
              file.toString()));
    } finally {
      Files.delete(file);
    }
  }
}
