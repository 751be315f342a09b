package io.ordersystem.devstack.check;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;

/**
 * Findings for Prometheus, by a Pushgateway: under the name of the gauge by which services export
 * what they watch of their own, so that the same alert is about both.
 */
final class PushedFindings {
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private PushedFindings() {}

  /**
   * Replaces what the group has said before.
   *
   * @param group the address of the group, {@code
   *     http://HOST:9091/metrics/job/JOB/namespace/NAMESPACE}
   * @param completed when all of them were found
   */
  static void push(URI group, List<Finding> findings, Instant completed) throws CannotCheck {
    var request =
        HttpRequest.newBuilder(group)
            .timeout(PATIENCE)
            .header("Content-Type", "text/plain; version=0.0.4")
            .PUT(HttpRequest.BodyPublishers.ofString(text(findings, completed)))
            .build();
    try (var http = HttpClient.newBuilder().connectTimeout(PATIENCE).build()) {
      var answer = http.send(request, BodyHandlers.ofString());
      if (answer.statusCode() / 100 != 2) {
        throw new CannotCheck(
            "%s answered %d: %s".formatted(group, answer.statusCode(), answer.body().strip()));
      }
    } catch (IOException failure) {
      throw new CannotCheck("%s takes no findings: %s".formatted(group, failure), failure);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new CannotCheck("interrupted while pushing findings", interrupted);
    }
  }

  static String text(List<Finding> findings, Instant completed) {
    var text = new StringBuilder("# TYPE invariant_violations gauge\n");
    for (Finding finding : findings) {
      text.append(
          String.format(
              Locale.ROOT,
              "invariant_violations{invariant=\"%s\"} %d%n",
              finding.id(),
              finding.violations()));
    }
    text.append("# TYPE invariant_check_completed_seconds gauge\n")
        .append(
            String.format(
                Locale.ROOT, "invariant_check_completed_seconds %d%n", completed.getEpochSecond()));
    return text.toString();
  }
}
