package io.ordersystem.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.opentest4j.TestAbortedException;

/** Every guard of {@link ChartTest} fails on a violation planted into a good release. */
class ChartGuardsTest {

  private static final Release GOOD = Chart.render();
  private static final String CONTAINER = Manifest.POD + "/containers/0";

  static Stream<PlantedViolation> plants() {
    return PlantedViolation.all();
  }

  @ParameterizedTest
  @MethodSource("plants")
  void findsAPlantedViolation(PlantedViolation planted) {
    assertThat(planted.rule().findings(planted.in(GOOD)))
        .anyMatch(it -> it.contains("order-service: " + planted.finding()));
  }

  @Test
  void isRefusedByTheStrictLinterWhenATemplateIsBroken(@TempDir Path folder) throws IOException {
    for (var file : new String[] {"Chart.yaml", "values.yaml"}) {
      Files.copy(Chart.FOLDER.resolve(file), folder.resolve(file));
    }
    Files.createDirectories(folder.resolve("templates"));
    Files.writeString(
        folder.resolve("templates/broken.yaml"), "kind: {{ .Values.nothing.here }}\n");

    assertThat(Chart.lint(folder).isFailed()).isTrue();
  }

  @Test
  void hasAPlantedViolationForEveryRule() {
    assertThat(plants().map(PlantedViolation::rule).collect(Collectors.toSet()))
        .containsExactlyInAnyOrderElementsOf(Arrays.asList(ManifestRule.values()));
  }

  static Stream<Arguments> mistakes() {
    return Stream.of(
        arguments("/metadata/lables", Map.of(), "lables"),
        arguments("/spec/replica", 2, "replica"),
        arguments(CONTAINER + "/livenesProbe", Map.of(), "livenesProbe"),
        arguments("/spec/replicas", "two", "NumberFormatException"),
        arguments("/spec/replicas", 1.5, "/spec/replicas: 1.5 is read as 1"),
        arguments(Manifest.POD + "/terminationGracePeriodSeconds", "35", "\"35\" is read as 35"),
        arguments(Manifest.POD + "/enableServiceLinks", "no", "\"no\" is read as false"),
        arguments("/metadata/labels/team", 7, "7 is read as \"7\""),
        arguments(CONTAINER + "/resources/limits/memory", "64MB", ""),
        arguments(Manifest.POD + "/containers", "none", "containers"),
        arguments("/kind", "Deploymint", "no model of apps/v1/Deploymint"));
  }

  @ParameterizedTest
  @MethodSource("mistakes")
  void findsWhatKubernetesDoesNotKnow(String pointer, Object value, String finding) {
    var deployment = GOOD.all("Deployment").findFirst().orElseThrow();

    assertThat(KubernetesModel.findings(deployment)).isEmpty();
    assertThat(KubernetesModel.findings(deployment.with(pointer, value)))
        .anyMatch(it -> it.contains(finding));
  }

  @Test
  void doesWithoutTheSchemasOfOthersOnlyWhereSomebodyLooks(@TempDir Path folder) {
    Path nothing = folder.resolve("crd-schemas");
    var route =
        Manifest.parse("{apiVersion: keda.sh/v1alpha1, kind: ScaledObject, metadata: {name: a}}");

    assertThatThrownBy(() -> new CustomResources(nothing, Map.of("CI", "true")))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("crd-schemas");
    assertThat(new CustomResources(nothing, Map.of()).findings(route)).isEmpty();
    assertThat(new CustomResources(nothing, Map.of()).findings(route.with("/apiVersion", "a.b/v1")))
        .containsExactly("ScaledObject a: no model of a.b/v1/ScaledObject");
    assertThat(new CustomResources(folder, Map.of("CI", "true")).findings(route))
        .containsExactly("ScaledObject a: no model of keda.sh/v1alpha1/ScaledObject");
  }

  /** How programs are found is tried on promtool. Another program is called helm, too. */
  @Test
  void takesNoHelmThatIsNotNamed(@TempDir Path folder) throws IOException {
    var helm = Files.writeString(folder.resolve("helm"), "#!/bin/sh\n");
    assertThat(helm.toFile().setExecutable(true)).isTrue();

    assertThatThrownBy(() -> Helm4.in(Map.of("PATH", folder.toString())))
        .isInstanceOf(TestAbortedException.class);
    assertThat(Helm4.in(Map.of("HELM4", helm.toString())).program().binary()).isEqualTo(helm);
  }

  @Test
  void findsAMistakeInTheRoute() {
    var route =
        Chart.render("httpRoute: {enabled: true, parentRefs: [{name: edge}]}")
            .all("HTTPRoute")
            .findFirst()
            .orElseThrow();

    assertThat(KubernetesModel.findings(route)).isEmpty();
    assertThat(KubernetesModel.findings(route.with("/spec/hostname", "x"))).isNotEmpty();
    assertThat(KubernetesModel.findings(route.with("/spec/rules/0/backendRefs/0/port", "http")))
        .isNotEmpty();
  }

  @Test
  void findsAStaleAndAStrayFileOfTheRenderedOnes(@TempDir Path folder) throws IOException {
    var files = CheckedIn.manifests(GOOD);
    CheckedIn.write(folder, files);
    assertThat(CheckedIn.read(folder)).isEqualTo(files);

    Files.writeString(folder.resolve("order-service.yaml"), "edited");
    assertThat(CheckedIn.read(folder)).isNotEqualTo(files);

    Files.writeString(folder.resolve("stray.yaml"), "");
    CheckedIn.write(folder, files);
    assertThat(CheckedIn.read(folder)).isEqualTo(files);
  }

  @Test
  void findsAValueWithoutAComment() {
    var values =
        ValuesFile.parse(
            List.of(
                "# Said.",
                "one:",
                "  two: 1",
                "",
                "  # Said.",
                "  three:",
                "    - four: 1",
                "      five: 2"));

    assertThat(values.withoutComment()).containsExactly("one.two");
    assertThat(values.table())
        .contains("| `one.two` | `1` |  |", "| `one.three` | `see values.yaml` | Said. |");
  }
}
