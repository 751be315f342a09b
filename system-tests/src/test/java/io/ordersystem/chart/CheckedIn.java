package io.ordersystem.chart;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The files that are made from the chart and checked in, so that a review shows what a change does.
 */
final class CheckedIn {

  static final String REFRESH =
      "./mvnw -q -B -pl system-tests -am test -Dtest=ChartTest,InfraChartTest -Dsurefire.failIfNoSpecifiedTests=false -Dchart.refresh=true";

  private static final String BEGIN = "<!-- values: begin, written by ChartTest -->\n";
  private static final String END = "<!-- values: end -->\n";

  private CheckedIn() {}

  static boolean refresh() {
    return Boolean.getBoolean("chart.refresh");
  }

  /** What {@code k8s/base/rendered} must hold: a file per service, text by name. */
  static Map<String, String> manifests(Release release) {
    return release.manifests().stream()
        .collect(
            Collectors.groupingBy(
                it -> it.component() + ".yaml",
                TreeMap::new,
                Collectors.mapping(
                    it -> "---\n" + it.text() + "\n",
                    Collectors.joining(
                        "",
                        "# Rendered from helm/order-system with default values and migrations.mode startup. Do not edit: see k8s/README.md.\n",
                        ""))));
  }

  static Map<String, String> read(Path folder) throws IOException {
    var files = new TreeMap<String, String>();
    try (var paths = Files.list(folder)) {
      for (var path : paths.toList()) {
        files.put(path.getFileName().toString(), Files.readString(path));
      }
    }
    return files;
  }

  static void write(Path folder, Map<String, String> files) throws IOException {
    Files.createDirectories(folder);
    for (var stale : read(folder).keySet()) {
      Files.delete(folder.resolve(stale));
    }
    for (var file : files.entrySet()) {
      Files.writeString(folder.resolve(file.getKey()), file.getValue());
    }
  }

  /**
   * Fails when the README of a chart has another table than its values make, or a value has no
   * comment; writes the table where it is to be refreshed.
   */
  static void describes(Path chart) throws IOException {
    var file = chart.resolve("README.md");
    var values = ValuesFile.parse(Files.readAllLines(chart.resolve("values.yaml")));
    var expected = readme(Files.readString(file), values);
    if (refresh()) {
      Files.writeString(file, expected);
    }
    assertThat(values.withoutComment()).isEmpty();
    assertThat(Files.readString(file))
        .as("The table of values is stale. Refresh it: %s", REFRESH)
        .isEqualTo(expected);
  }

  /** The chart's README with the table of values as it must be now. */
  static String readme(String readme, ValuesFile values) {
    var begin = readme.indexOf(BEGIN) + BEGIN.length();
    var end = readme.indexOf(END);
    if (begin < BEGIN.length() || end < begin) {
      throw new IllegalArgumentException("the README has no place for the table of values");
    }
    return readme.substring(0, begin) + "\n" + values.table() + "\n" + readme.substring(end);
  }
}
