package io.ordersystem.devstack.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

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

  @Test
  void eachServiceHasAsManyProcessesAsAreWanted() {
    var system = system(Optional.empty());
    assertThat(system.find("order-1")).isEmpty();
    system.replicate(2);
    assertThat(system.components())
        .extracting(Component::name)
        .contains("order-service", "order-service-1", "notification-service-1");
    assertThat(system.find("order-1").orElseThrow().ports())
        .containsExactly(LocalPort.ORDER_2, LocalPort.ORDER_2_MANAGEMENT);
    assertThat(system.find("order").orElseThrow().ports()).contains(LocalPort.ORDER);
    // Another command later knows it too.
    assertThat(system(Optional.empty()).replicas()).isEqualTo(2);
    system.down(line -> {});
    assertThat(system.replicas()).isEqualTo(1);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> system.replicate(3))
        .withMessageContaining("1 to 2");
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
