package io.ordersystem.devstack.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.ordersystem.devstack.process.StateDirectory;
import io.ordersystem.devstack.stack.Component;
import io.ordersystem.devstack.stack.LocalPort;
import io.ordersystem.devstack.stack.LocalSystem;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UpCommandTest {
  @TempDir private Path directory;

  @Test
  void goesOnWithoutAPrometheusThatIsNotInstalledAndSaysHowToGetOne() {
    var system = system(Optional.empty());
    assertThat(observe(system))
        .contains("Prometheus is not installed", "apt-get install prometheus");
    assertThat(system.observed()).isFalse();
    assertThat(system.find("prometheus")).isEmpty();
  }

  @Test
  void makesAnInstalledPrometheusTheLastComponent() {
    var system = system(Optional.of(Path.of("/usr/bin/prometheus")));
    assertThat(system.find("prometheus")).isEmpty();
    assertThat(observe(system)).isEmpty();
    assertThat(system.components())
        .last()
        .returns("prometheus", Component::name)
        .extracting(Component::ports)
        .asList()
        .containsExactly(LocalPort.PROMETHEUS);
    // Another command later knows it too.
    assertThat(system(Optional.empty()).observed()).isTrue();
    system.down(line -> {});
    assertThat(system.observed()).isFalse();
  }

  private LocalSystem system(Optional<Path> prometheus) {
    return new LocalSystem(
        directory, new StateDirectory(directory.resolve("state")), () -> prometheus);
  }

  private static String observe(LocalSystem system) {
    var text = new StringWriter();
    var out = new PrintWriter(text, true);
    UpCommand.observe(system, out);
    out.flush();
    return text.toString();
  }
}
