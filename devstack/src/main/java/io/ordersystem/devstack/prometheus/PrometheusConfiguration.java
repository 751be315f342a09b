package io.ordersystem.devstack.prometheus;

import com.fasterxml.jackson.databind.node.TextNode;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What Prometheus reads: whom to ask, and by which rules to judge. The namespace is that in the
 * chart's rules, which a release replaces by its own, so that they apply as they are.
 */
final class PrometheusConfiguration {
  private PrometheusConfiguration() {}

  /**
   * The file's text.
   *
   * @param rules the directory of the rules
   * @param ports where services have {@code /q/metrics}
   */
  static String text(Path rules, List<Integer> ports) {
    return """
    # Written by ./order-system up --observe, anew at each start.
    global:
      scrape_interval: 5s
      scrape_timeout: 4s
      evaluation_interval: 15s
    rule_files:
      - %s
    scrape_configs:
      - job_name: order-system
        metrics_path: /q/metrics
        static_configs:
          - targets: [%s]
            labels:
              namespace: order-system
    """
        .formatted(
            quoted(rules.resolve("*.yaml").toString()),
            ports.stream()
                .map(port -> quoted("127.0.0.1:" + port))
                .collect(Collectors.joining(", ")));
  }

  /** A text of JSON is one of YAML. */
  private static String quoted(String text) {
    return TextNode.valueOf(text).toString();
  }
}
