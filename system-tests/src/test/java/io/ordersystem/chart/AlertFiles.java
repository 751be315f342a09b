package io.ordersystem.chart;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * What there is of alerts: the rules, their tests and their runbooks, and the rules as the chart
 * installs them in the namespace {@value #ELSEWHERE}.
 *
 * @param texts every file by its path in the repository
 */
record AlertFiles(SortedMap<String, String> texts, Manifest installed) {

  /** Another namespace than the one that the rules are written for. */
  static final String ELSEWHERE = "shop";

  static final String RULES = "helm/order-system/files/alerts/";
  static final String TESTS = "system-tests/src/test/resources/alerts/";
  static final String RUNBOOKS = "docs/runbooks/";

  static AlertFiles read() {
    var texts = new TreeMap<String, String>();
    Stream.of(RULES, TESTS, RUNBOOKS).forEach(folder -> read(folder, texts));
    var installed =
        Chart.render("prometheusRule: {enabled: true}", ELSEWHERE)
            .all("PrometheusRule")
            .findFirst()
            .orElseThrow();
    return new AlertFiles(texts, installed);
  }

  private static void read(String folder, SortedMap<String, String> texts) {
    try (var files = Files.list(Chart.ROOT.resolve(folder))) {
      for (var file : files.toList()) {
        texts.put(folder + file.getFileName(), Files.readString(file));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The names of the files in a folder, without what stands behind the dot. */
  List<String> names(String folder) {
    return texts.keySet().stream()
        .filter(path -> path.startsWith(folder))
        .map(path -> path.substring(folder.length(), path.lastIndexOf('.')))
        .toList();
  }

  /** All alerts, by the names of their files. */
  List<String> alerts() {
    return names(RULES);
  }

  /** The rules in the file of an alert. */
  List<JsonNode> rules(String alert) {
    return groups(alert).valueStream().flatMap(group -> group.path("rules").valueStream()).toList();
  }

  JsonNode groups(String alert) {
    return Manifest.parse(text(RULES + alert + ".yaml").orElseThrow()).json().path("groups");
  }

  /** How bad an alert may be, as its rules say, each once. */
  List<String> severities(String alert) {
    return rules(alert).stream()
        .map(rule -> rule.at("/labels/severity").asText())
        .distinct()
        .sorted()
        .toList();
  }

  /** The test of an alert's rules; empty when there is none. */
  Optional<JsonNode> test(String alert) {
    return text(TESTS + alert + ".yaml").map(text -> Manifest.parse(text).json());
  }

  Optional<String> runbook(String alert) {
    return text(RUNBOOKS + alert + ".md");
  }

  Optional<String> text(String path) {
    return Optional.ofNullable(texts.get(path));
  }

  static Path path(String folder, String alert) {
    return Chart.ROOT.resolve(folder).resolve(alert + ".yaml");
  }

  /** The same with one text changed, to see a check fail. */
  AlertFiles with(String path, UnaryOperator<String> change) {
    var changed = new TreeMap<>(texts);
    changed.put(path, change.apply(changed.getOrDefault(path, "")));
    return new AlertFiles(changed, installed);
  }

  /** The same without one file, to see a check fail. */
  AlertFiles without(String path) {
    var changed = new TreeMap<>(texts);
    if (changed.remove(path) == null) {
      throw new IllegalArgumentException("there is no " + path);
    }
    return new AlertFiles(changed, installed);
  }

  /** The same, but installed as this. */
  AlertFiles installedAs(Manifest other) {
    return new AlertFiles(texts, other);
  }
}
