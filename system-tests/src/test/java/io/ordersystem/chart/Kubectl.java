package io.ordersystem.chart;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** kubectl, of which only what needs no cluster is asked. */
record Kubectl(Program program) {
  static final String HOW_TO_GET_IT =
      "overlays are not built: KUBECTL=$(.ci/kubernetes-tools kubectl)";

  static Optional<Kubectl> in(Map<String, String> environment) {
    return Program.named("KUBECTL", environment, HOW_TO_GET_IT).map(Kubectl::new);
  }

  String kustomize(Path folder) throws IOException, InterruptedException {
    return program.run(List.of("kustomize", folder.toString()));
  }
}
