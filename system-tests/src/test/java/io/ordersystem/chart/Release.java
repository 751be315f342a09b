package io.ordersystem.chart;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.util.List;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** All objects that one rendering of the chart makes. */
record Release(List<Manifest> manifests) {

  Stream<Manifest> all(String kind) {
    return manifests.stream().filter(it -> it.kind().equals(kind));
  }

  /** What runs to its end: the Jobs, and those that a CronJob makes, each as a Job. */
  Stream<Manifest> jobs() {
    return Stream.concat(all("Job"), all("CronJob").map(Manifest::jobOfCronJob));
  }

  /** What has pods: deployments and jobs. */
  Stream<Manifest> workloads() {
    return Stream.concat(all("Deployment"), jobs());
  }

  /** The findings about each object of a kind, each starting with the object. */
  Stream<String> each(String kind, Function<Manifest, Stream<String>> findings) {
    return each(all(kind), findings);
  }

  /** The same about these objects. */
  static Stream<String> each(
      Stream<Manifest> objects, Function<Manifest, Stream<String>> findings) {
    return objects.flatMap(it -> findings.apply(it).map(finding -> it.label() + ": " + finding));
  }

  /** The data of the config map that a deployment's first container takes its environment from. */
  JsonNode configOf(Manifest deployment) {
    var name = deployment.string(Manifest.POD + "/containers/0/envFrom/0/configMapRef/name");
    return all("ConfigMap")
        .filter(it -> it.name().equals(name))
        .map(it -> it.json().path("data"))
        .findFirst()
        .orElseGet(MissingNode::getInstance);
  }

  /** The same release with one object changed, to see a rule fail. */
  Release with(String kind, String component, UnaryOperator<Manifest> change) {
    return new Release(
        manifests.stream()
            .map(it ->
                it.kind().equals(kind) && it.component().equals(component) ? change.apply(it) : it)
            .toList());
  }
}
