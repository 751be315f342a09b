package io.ordersystem.chart;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Helm 4 as operators have it: a program. */
record Helm4(Program program) {
  static final String HOW_TO_GET_IT = "Helm 4 is not asked: HELM4=$(.ci/kubernetes-tools helm)";

  static Optional<Helm4> in(Map<String, String> environment) {
    return Program.named("HELM4", environment, HOW_TO_GET_IT).map(Helm4::new);
  }

  /**
   * What {@code helm template} prints.
   *
   * @throws IllegalStateException with Helm's message, when it refuses
   */
  String template(Path chart, String values) throws IOException, InterruptedException {
    Path file = Files.createTempFile("values", ".yaml");
    try {
      Files.writeString(file, values);
      return program.run(
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
