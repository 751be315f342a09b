package io.ordersystem.chart;

import com.marcnuri.helm.Helm;
import com.marcnuri.helm.LintResult;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.function.Function;

/** The chart {@code helm/order-system} as real Helm, inside this JVM, sees it. */
final class Chart {

  /** Helm's library takes 1.20 when nothing is said, which the chart refuses. */
  static final String KUBERNETES = "1.34.0";

  static final Path ROOT =
      Path.of(
          Objects.requireNonNull(
              System.getProperty("order-system.root"), "order-system.root: run by ./mvnw"));

  static final Path FOLDER = ROOT.resolve("helm/order-system");
  static final Path INFRA = ROOT.resolve("helm/order-infra");
  static final Path RENDERED = ROOT.resolve("k8s/base/rendered");

  private Chart() {}

  static Release render() {
    return render("");
  }

  static Release render(String values) {
    return render(values, "order-system");
  }

  static Release render(String values, String namespace) {
    return new Release(Manifest.parseAll(template(FOLDER, values, namespace)));
  }

  /** The objects of another chart. */
  static Release render(Path chart, String values) {
    return new Release(Manifest.parseAll(template(chart, values, "order-system")));
  }

  /**
   * What {@code helm template} prints.
   *
   * @throws IllegalStateException with Helm's message, when it refuses the values
   */
  static String template(String values) {
    return template(FOLDER, values, "order-system");
  }

  /**
   * The same of another chart.
   *
   * @throws IllegalStateException with Helm's message, when it refuses the values
   */
  static String template(Path chart, String values) {
    return template(chart, values, "order-system");
  }

  private static String template(Path chart, String values, String namespace) {
    return inFile(
        values,
        file ->
            new Helm(chart)
                .template()
                .withName("order-system")
                .withNamespace(namespace)
                .withKubeVersion(KUBERNETES)
                .withValuesFile(file)
                .call());
  }

  static LintResult lint(Path folder) {
    return new Helm(folder).lint().strict().call();
  }

  private static <T> T inFile(String values, Function<Path, T> use) {
    try {
      var file = Files.createTempFile("values", ".yaml");
      try {
        Files.writeString(file, values);
        return use.apply(file);
      } finally {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
