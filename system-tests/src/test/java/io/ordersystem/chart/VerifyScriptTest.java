package io.ordersystem.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code helm/verify.sh} with real Helm and kubectl against something that keeps objects like a
 * cluster. What pods do is for a real one.
 */
@Timeout(120)
class VerifyScriptTest {
  private record Ended(int status, String said) {}

  @TempDir Path folder;

  @Test
  void goesThroughTheLifeOfAReleaseAndLeavesNothing() throws Exception {
    try (var cluster = new ApiServer()) {
      var ended = verify(cluster);

      assertThat(ended.said())
          .contains(
              "install: 36 objects are there",
              "upgrade: 36 objects are there",
              "upgrade: changed configuration restarts the pods",
              "rollback: as it was installed first",
              "uninstall: nothing is left",
              "the secrets, which are not the chart's, are there");
      assertThat(ended.status()).isZero();
      assertThat(cluster.paths()).isEmpty();
    }
  }

  @Test
  void noticesAnObjectThatIsNotThere() throws Exception {
    assertThat(failed(path -> path.endsWith("/networkpolicies/verify-order-system-order-service")))
        .contains("networkpolicies");
  }

  @Test
  void noticesWhatAnUninstallLeaves() throws Exception {
    try (var cluster = new ApiServer()) {
      // Stored before, and not removed.
      var removing = Pattern.compile(".*/configmaps/verify-order-system-payment-service");
      cluster.lose(path ->
          removing.matcher(path).matches() && cluster.paths().stream().anyMatch(path::equals));
      var ended = verify(cluster);

      assertThat(ended.said()).contains("FAILED: uninstall: left are");
      assertThat(ended.status()).isEqualTo(1);
    }
  }

  private String failed(Predicate<String> lost) throws Exception {
    try (var cluster = new ApiServer()) {
      cluster.lose(lost);
      var ended = verify(cluster);
      assertThat(ended.status()).isEqualTo(1);
      assertThat(cluster.paths()).as("left after a failure").isEmpty();
      return ended.said();
    }
  }

  private Ended verify(ApiServer cluster) throws IOException, InterruptedException {
    Optional<Program> helm = Program.named("HELM4", System.getenv(), Helm4.HOW_TO_GET_IT);
    Optional<Program> kubectl = Program.named("KUBECTL", System.getenv(), Kubectl.HOW_TO_GET_IT);
    assumeTrue(helm.isPresent() && kubectl.isPresent(), Kubectl.HOW_TO_GET_IT);
    Path config = Files.writeString(folder.resolve("kubeconfig"), cluster.kubeconfig());
    var builder =
        new ProcessBuilder(Chart.ROOT.resolve("helm/verify.sh").toString(), config.toString())
            .redirectErrorStream(true);
    builder.environment().put("HELM", helm.orElseThrow().binary().toString());
    builder.environment().put("KUBECTL", kubectl.orElseThrow().binary().toString());
    builder.environment().put("HOME", folder.toString());
    Process process = builder.start();
    String said;
    try (InputStream output = process.getInputStream()) {
      said = new String(output.readAllBytes(), StandardCharsets.UTF_8);
    }
    assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
    return new Ended(process.exitValue(), said);
  }
}
