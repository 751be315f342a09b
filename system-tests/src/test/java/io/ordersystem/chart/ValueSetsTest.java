package io.ordersystem.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever users ask for, what comes out is valid and keeps every rule, with Helm 3 and 4. */
class ValueSetsTest {
  private static final Map<String, String> SETS = ValueSets.all();

  static Stream<String> names() {
    return SETS.keySet().stream();
  }

  @Test
  void areAtLeastForty() {
    assertThat(SETS).hasSizeGreaterThanOrEqualTo(40);
  }

  @ParameterizedTest
  @MethodSource("names")
  void areValidAndKeepEveryRule(String name) {
    var release = Chart.render(values(name));

    assertThat(release.manifests().stream().flatMap(it -> KubernetesModel.findings(it).stream()))
        .isEmpty();
    for (var rule : ManifestRule.values()) {
      assertThat(rule.findings(release)).as(rule.name()).isEmpty();
    }
  }

  @ParameterizedTest
  @MethodSource("names")
  void areTheSameForHelm4(String name) throws IOException {
    var helm = Helm4.in(System.getenv());

    assertThat(objects(Manifest.parseAll(helm.template(Chart.FOLDER, values(name))).stream()))
        .isEqualTo(objects(Chart.render(values(name)).manifests().stream()));
  }

  private static Map<String, String> objects(Stream<Manifest> manifests) {
    return manifests.collect(Collectors.toMap(Manifest::label, it -> it.json().toString()));
  }

  private static String values(String name) {
    return SETS.getOrDefault(name, "");
  }

  /** What the schema cannot see, because it is about two values. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "defaults: {keda: {enabled: true}}",
        "services: {order-service: {keda: {enabled: true}}}",
        "{ingress: {enabled: true, hosts: [a]}, httpRoute: {enabled: true, parentRefs: [{name: edge}]}}",
        "services: {order-service: {reaches: [the-moon]}}",
        "kafka: {strimzi: {enabled: true, cluster: main}}",
        "defaults: {autoscaling: {minReplicas: 8}}",
        "services: {order-service: {keda: {minReplicas: 12}}}"
      })
  void refuseWhatDoesNotGoTogether(String values) {
    assertThatThrownBy(() -> Chart.template(values))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageMatching(
            "(?s).*(two owners of one number of pods|one address has one way in|no destination of networkPolicy|made by the chart order-infra|is more than maxReplicas).*");
  }
}
