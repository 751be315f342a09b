package io.ordersystem.chart;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** kubectl, named by {@code KUBECTL} or on the {@code PATH}. */
record Kubectl(Program program) {
  static final String HOW_TO_GET_IT =
      "nothing is done without kubectl: KUBECTL=$(.ci/kubernetes-tools kubectl)";

  /**
   * The one that is there.
   *
   * @see Program#in
   */
  static Kubectl in(Map<String, String> environment) {
    return new Kubectl(Program.in(environment, "KUBECTL", "kubectl", HOW_TO_GET_IT));
  }

  String kustomize(Path folder) {
    return program.print(List.of("kustomize", folder.toString()));
  }
}
