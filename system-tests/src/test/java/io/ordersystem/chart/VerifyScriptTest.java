package io.ordersystem.chart;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
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

      assertThat(ended.said())
          .contains(
              "FAILED: uninstall: left after 3 s are configmap/verify-order-system-payment-service");
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

  private Program.Run verify(ApiServer cluster) throws IOException {
    Path config = Files.writeString(folder.resolve("kubeconfig"), cluster.kubeconfig());
    return new Program(Chart.ROOT.resolve("helm/verify.sh"))
        .run(
            List.of(config.toString()),
            Map.of(
                "HELM",
                Helm4.in(System.getenv()).program().binary().toString(),
                "KUBECTL",
                Kubectl.in(System.getenv()).program().binary().toString(),
                "GONE_WITHIN",
                "3",
                "HOME",
                folder.toString()));
  }
}
