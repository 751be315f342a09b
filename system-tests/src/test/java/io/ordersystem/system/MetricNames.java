package io.ordersystem.system;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The names of metrics as the documents, the alerts and the dashboards have them. */
final class MetricNames {
  private static final Pattern ROW = Pattern.compile("^\\| (`[a-z].*?) \\| ([a-z]+).*? \\| .*");
  private static final Pattern NAME = Pattern.compile("`([a-z_]+)`(¹?)");

  /** What a rule or a panel asks for; all of ours are asked for by their namespace. */
  private static final Pattern SELECTOR = Pattern.compile("\\b([a-z_]+)\\{");

  private static final Pattern METER = Pattern.compile("\"([a-z]+(?:\\.[a-z]+)+)\"");

  /** As the text format of Prometheus announces it. */
  private static final Pattern PUSHED = Pattern.compile("# TYPE ([a-z_]+) gauge");

  private final Path root;

  MetricNames(Path root) {
    this.root = root;
  }

  /**
   * A line of the page.
   *
   * @param always whether it is exported from the start
   */
  record Documented(String name, String type, boolean always) {
    /** The names of its samples. */
    List<String> samples() {
      return switch (type) {
        case "counter", "gauge" -> List.of(name);
        case "timer" -> List.of(name + "_count", name + "_sum", name + "_max");
        case "histogram" ->
            List.of(name + "_bucket", name + "_count", name + "_sum", name + "_max");
        default -> throw new AssertionError("no type of a metric: " + type);
      };
    }

    /** As the code may register it: Prometheus' name has the unit, the code's need not. */
    List<String> meters() {
      String meter = name.replaceFirst("_total$", "").replace('_', '.');
      return List.of(meter, meter.replaceFirst("\\.(seconds|bytes)$", ""));
    }
  }

  /** What {@code docs/metrics.md} lists of our own services, and of the framework. */
  List<Documented> documented() {
    return text(root.resolve("docs/metrics.md"))
        .lines()
        .map(ROW::matcher)
        .filter(row -> row.matches())
        .flatMap(row ->
            NAME.matcher(row.group(1))
                .results()
                .map(name -> new Documented(name.group(1), row.group(2), name.group(2).isEmpty())))
        .toList();
  }

  /** What the alerts ask for. */
  Set<String> alerted() {
    return in("alerts", file -> text(file));
  }

  /** What the dashboards ask for. */
  Set<String> shown() {
    return in("dashboards", MetricNames::expressions);
  }

  /**
   * Every literal of the services' code that has the form of a meter's name, and what the checks
   * push.
   */
  Set<String> meters() {
    var meters = new TreeSet<String>();
    for (String text : ServiceSources.in(root).values()) {
      METER.matcher(text).results().forEach(literal -> meters.add(literal.group(1)));
    }
    PUSHED
        .matcher(
            text(
                root.resolve(
                    "devstack/src/main/java/io/ordersystem/devstack/check/PushedFindings.java")))
        .results()
        .forEach(pushed -> meters.add(pushed.group(1).replace('_', '.')));
    return meters;
  }

  private Set<String> in(String folder, Function<Path, String> content) {
    try (Stream<Path> files = Files.list(root.resolve("helm/order-system/files").resolve(folder))) {
      return files
          .flatMap(file -> SELECTOR.matcher(content.apply(file)).results())
          .map(found -> found.group(1))
          .collect(Collectors.toCollection(TreeSet::new));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String expressions(Path dashboard) {
    try {
      var found = new ArrayList<String>();
      for (JsonNode expression :
          new ObjectMapper().readTree(dashboard.toFile()).findValues("expr")) {
        found.add(expression.asText());
      }
      return String.join("\n", found);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
