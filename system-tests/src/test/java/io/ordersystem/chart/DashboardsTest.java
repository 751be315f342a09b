package io.ordersystem.chart;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The dashboards can be read by Grafana and their expressions by Prometheus. */
class DashboardsTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  private static Stream<Path> dashboards() throws IOException {
    return Files.list(Chart.FOLDER.resolve("files/dashboards")).sorted();
  }

  @Test
  void areThoseOfTheSeedsChapters() throws IOException {
    assertThat(dashboards().map(file -> file.getFileName().toString()))
        .containsExactly(
            "database.json",
            "inventory.json",
            "kafka.json",
            "notifications.json",
            "orders.json",
            "overview.json",
            "payments.json");
  }

  @ParameterizedTest
  @MethodSource("dashboards")
  void askForOneInstallation(Path file) {
    JsonNode dashboard = read(file);
    String name = file.getFileName().toString().replace(".json", "");
    assertThat(dashboard.path("uid").asText()).isEqualTo("order-system-" + name);
    assertThat(dashboard.at("/templating/list").findValuesAsText("name"))
        .contains("datasource", "namespace");
    List<String> ids = dashboard.path("panels").findValuesAsText("id");
    assertThat(ids).isNotEmpty().doesNotHaveDuplicates();
    assertThat(dashboard.path("panels"))
        .allSatisfy(panel -> {
          assertThat(panel.path("title").asText()).isNotBlank();
          assertThat(panel.at("/fieldConfig/defaults/unit").asText()).isNotBlank();
          assertThat(panel.at("/datasource/uid").asText()).isEqualTo("${datasource}");
        });
    assertThat(expressions(dashboard))
        .isNotEmpty()
        .allSatisfy(expression ->
            // Whatever is selected, is selected of that installation.
            assertThat(expression.replace("{namespace=\"$namespace\"", "")).doesNotContain("{"));
  }

  @Test
  void havePanelsThatDoNotOverlap() throws IOException {
    for (Path file : dashboards().toList()) {
      var taken = new TreeMap<String, String>();
      for (JsonNode panel : read(file).path("panels")) {
        JsonNode place = panel.path("gridPos");
        for (int x = place.path("x").asInt();
            x < place.path("x").asInt() + place.path("w").asInt();
            x++) {
          for (int y = place.path("y").asInt();
              y < place.path("y").asInt() + place.path("h").asInt();
              y++) {
            assertThat(x).isLessThan(24);
            assertThat(taken.put(x + "," + y, panel.path("title").asText()))
                .as("%s", file)
                .isNull();
          }
        }
      }
    }
  }

  /** A rule per expression: Prometheus says whether it is one. */
  @Test
  void askWhatPrometheusUnderstands(@TempDir Path folder) throws IOException {
    var promtool = Promtool.in(System.getenv());
    Path rules = folder.resolve("panels.yaml");
    assertThat(promtool.check(List.of(rules(rules, "sum by (")))).returns(1, Program.Run::status);
    for (Path file : dashboards().toList()) {
      var run =
          promtool.check(List.of(rules(rules, expressions(read(file)).toArray(String[]::new))));
      assertThat(run.status()).as("%s: %s", file, run.said()).isZero();
    }
  }

  private static Path rules(Path file, String... expressions) throws IOException {
    var group = new TreeMap<String, Object>();
    group.put("name", "panels");
    var rules = new ArrayList<Map<String, String>>();
    for (int n = 0; n < expressions.length; n++) {
      rules.add(
          Map.of("record", "panel:n" + n, "expr", expressions[n].replace("$namespace", "shop")));
    }
    group.put("rules", rules);
    // JSON is YAML.
    return Files.writeString(file, JSON.writeValueAsString(Map.of("groups", List.of(group))));
  }

  private static List<String> expressions(JsonNode dashboard) {
    return dashboard.path("panels").findValuesAsText("expr");
  }

  private static JsonNode read(Path file) {
    try {
      return JSON.readTree(file.toFile());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
