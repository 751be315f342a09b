package io.ordersystem.devstack.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import io.ordersystem.devstack.metrics.Samples;
import io.ordersystem.devstack.process.Ports;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@SuppressWarnings("NullAway.Init") // JUnit fills the field before each test
class PushedFindingsTest {
  private static final String GROUP = "/metrics/job/check/namespace/order-system";
  private static final Instant COMPLETED = Instant.parse("2026-11-27T10:15:00Z");
  private static final List<Finding> FINDINGS =
      List.of(
          new Finding("I1", "one", 0, List.of(), 3), new Finding("I12", "twelve", 7, List.of(), 3));

  private final List<String> requests = new ArrayList<>();
  private HttpServer gateway;
  private int status = 202;

  @BeforeEach
  void listen() throws IOException {
    gateway = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    gateway.createContext(
        "/",
        http -> {
          var body = new String(http.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
          requests.add(http.getRequestMethod() + " " + http.getRequestURI() + "\n" + body);
          http.sendResponseHeaders(status, -1);
          http.close();
        });
    gateway.start();
  }

  @AfterEach
  void close() {
    gateway.stop(0);
  }

  @Test
  void replacesTheGroupByOneSamplePerInvariantAndTheTime() throws CannotCheck {
    PushedFindings.push(group(gateway.getAddress().getPort()), FINDINGS, COMPLETED);
    assertThat(requests).hasSize(1);
    String[] request = requests.getFirst().split("\n", 2);
    assertThat(request[0]).isEqualTo("PUT " + GROUP);
    var samples = Samples.parse(request[1]);
    assertThat(samples.named("invariant_violations").with("invariant", "I1").sum()).hasValue(0);
    assertThat(samples.named("invariant_violations").with("invariant", "I12").sum()).hasValue(7);
    assertThat(samples.named("invariant_check_completed_seconds").sum())
        .hasValue(COMPLETED.getEpochSecond());
  }

  @Test
  void aGatewayThatRefusesOrIsAwayIsACheckThatWasNotMade() {
    status = 400;
    assertThatThrownBy(
            () -> PushedFindings.push(group(gateway.getAddress().getPort()), FINDINGS, COMPLETED))
        .isInstanceOf(CannotCheck.class)
        .hasMessageContaining("400");
    assertThatThrownBy(() -> PushedFindings.push(group(Ports.free()), FINDINGS, COMPLETED))
        .isInstanceOf(CannotCheck.class);
  }

  private static URI group(int port) {
    return URI.create("http://127.0.0.1:" + port + GROUP);
  }
}
