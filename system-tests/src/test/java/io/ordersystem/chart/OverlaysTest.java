package io.ordersystem.chart;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What kubectl makes of {@code k8s/overlays}. */
class OverlaysTest {

  @ParameterizedTest
  @ValueSource(strings = {"base", "overlays/dev", "overlays/production"})
  void isValidAndKeepsEveryRule(String folder) {
    var release = build(folder);

    assertThat(release.all("Deployment")).hasSize(4);
    assertThat(release.manifests().stream().flatMap(it -> KubernetesModel.findings(it).stream()))
        .isEmpty();
    for (var rule : ManifestRule.values()) {
      assertThat(rule.findings(release)).as(rule.name()).isEmpty();
    }
  }

  @Test
  void isSmallForDevelopers() {
    var dev = build("overlays/dev");

    assertThat(dev.all("PodDisruptionBudget")).isEmpty();
    assertThat(dev.all("HorizontalPodAutoscaler"))
        .hasSize(4)
        .allMatch(it -> it.json().at("/spec/maxReplicas").asInt() == 1);
    assertThat(dev.all("Deployment"))
        .allMatch(it -> it.string(Manifest.POD + "/containers/0/image").endsWith(":dev"))
        .allMatch(it -> it.string("/metadata/namespace").equals("order-system-dev"));
  }

  @Test
  void isSpreadInProduction() {
    var production = build("overlays/production");

    assertThat(production.all("Deployment"))
        .allMatch(it ->
            it.string(Manifest.POD + "/containers/0/image").startsWith("registry.example.org/"))
        .allMatch(it ->
            it.string(Manifest.POD + "/topologySpreadConstraints/0/whenUnsatisfiable")
                .equals("DoNotSchedule"));
    assertThat(production.all("HorizontalPodAutoscaler"))
        .allMatch(it -> it.json().at("/spec/minReplicas").asInt() == 3);
    assertThat(production.all("ConfigMap"))
        .allMatch(it -> it.string("/data/READS_REPLICAS").equals("db-ro:5432"));
  }

  private static Release build(String folder) {
    return new Release(
        Manifest.parseAll(
            Kubectl.in(System.getenv()).kustomize(Chart.ROOT.resolve("k8s").resolve(folder))));
  }
}
