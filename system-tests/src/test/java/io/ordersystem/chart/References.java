package io.ordersystem.chart;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The names and labels by which objects of one release find each other. */
final class References {

  private References() {}

  static Stream<String> dangling(Release release) {
    var names = release.manifests().stream().map(Manifest::label).collect(Collectors.toSet());
    var pods =
        release.workloads().map(it -> it.json().at("/spec/template/metadata/labels")).toList();
    return Stream.concat(
        Stream.concat(
                release.manifests().stream(), release.all("CronJob").map(Manifest::jobOfCronJob))
            .flatMap(it ->
                references(it)
                    .filter(to -> !names.contains(to))
                    .map(to -> it.label() + ": refers to " + to + ", which is not there")),
        release.manifests().stream()
            .flatMap(it ->
                selectors(it)
                    .filter(selector ->
                        pods.stream().filter(labels -> selects(selector, labels)).count() != 1)
                    .map(selector ->
                        it.label()
                            + ": selects the pods of no or several deployments by "
                            + selector)));
  }

  private static Stream<String> references(Manifest manifest) {
    return switch (manifest.kind()) {
      case "Deployment", "Job" ->
          Stream.concat(
              Stream.of("ServiceAccount " + manifest.string(Manifest.POD + "/serviceAccountName"))
                  .filter(it -> !it.equals("ServiceAccount default")),
              manifest
                  .containers()
                  .flatMap(it -> it.path("envFrom").valueStream())
                  .map(it -> "ConfigMap " + it.at("/configMapRef/name").asText()));
      case "HorizontalPodAutoscaler", "ScaledObject" ->
          Stream.of(
              manifest.string("/spec/scaleTargetRef/kind")
                  + " "
                  + manifest.string("/spec/scaleTargetRef/name"));
      case "HTTPRoute" ->
          manifest
              .each("/spec/rules")
              .flatMap(it -> it.path("backendRefs").valueStream())
              .map(it -> "Service " + it.path("name").asText());
      case "Ingress" ->
          manifest
              .each("/spec/rules")
              .flatMap(it -> it.at("/http/paths").valueStream())
              .map(it -> "Service " + it.at("/backend/service/name").asText());
      default -> Stream.empty();
    };
  }

  private static Stream<JsonNode> selectors(Manifest manifest) {
    return switch (manifest.kind()) {
      case "Service" -> Stream.of(manifest.json().at("/spec/selector"));
      case "Deployment", "PodDisruptionBudget" ->
          Stream.of(manifest.json().at("/spec/selector/matchLabels"));
      case "NetworkPolicy" -> Stream.of(manifest.json().at("/spec/podSelector/matchLabels"));
      default -> Stream.empty();
    };
  }

  private static boolean selects(JsonNode selector, JsonNode labels) {
    return !selector.isEmpty()
        && selector.propertyStream().allMatch(it -> it.getValue().equals(labels.get(it.getKey())));
  }
}
