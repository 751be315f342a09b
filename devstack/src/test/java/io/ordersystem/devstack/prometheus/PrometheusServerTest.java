package io.ordersystem.devstack.prometheus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import io.ordersystem.devstack.process.ComponentFailed;
import io.ordersystem.devstack.process.Ports;
import io.ordersystem.devstack.process.Shell;
import io.ordersystem.devstack.process.StateDirectory;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PrometheusServerTest {
  private static final Duration SOON = Duration.ofSeconds(30);

  private static final Path RULES =
      Path.of(Objects.requireNonNull(System.getProperty("order-system.root")))
          .resolve("helm/order-system/files/alerts");

  @TempDir private Path directory;

  @Test
  void asksEveryServiceEveryFiveSecondsInTheNamespaceOfTheRules() {
    assertThat(
            PrometheusConfiguration.text(
                Path.of("/a \"b\"/alerts"), List.of(9081, 9082, 9083, 9084)))
        .isEqualTo(
            """
            # Written by ./order-system up --observe, anew at each start.
            global:
              scrape_interval: 5s
              scrape_timeout: 4s
              evaluation_interval: 15s
            rule_files:
              - "/a \\"b\\"/alerts/*.yaml"
            scrape_configs:
              - job_name: order-system
                metrics_path: /q/metrics
                static_configs:
                  - targets: ["127.0.0.1:9081", "127.0.0.1:9082", "127.0.0.1:9083", "127.0.0.1:9084"]
                    labels:
                      namespace: order-system
            """);
  }

  @Test
  void promtoolAcceptsItWithTheRulesOfTheChart() throws IOException {
    var promtool = promtool();
    assumeThat(promtool).as("promtool is installed").isPresent();
    Path file =
        Files.writeString(
            directory.resolve("prometheus.yml"),
            PrometheusConfiguration.text(RULES, List.of(9081, 9082)));
    var outcome =
        Shell.run(
            SOON, List.of(promtool.orElseThrow().toString(), "check", "config", file.toString()));
    assertThat(outcome.succeeded()).as(outcome.output()).isTrue();
    try (var rules = Files.list(RULES)) {
      assertThat(outcome.output())
          .contains("SUCCESS: %d rule files found".formatted(rules.count()));
    }
  }

  @Test
  void saysHowToGetItWhenItIsNotInstalled() {
    var server = server(Ports.free(), List.of(), Optional.empty());
    assertThat(server.installed()).isFalse();
    assertThatThrownBy(server::start)
        .isInstanceOf(ComponentFailed.class)
        .hasMessageContaining("apt-get install prometheus");
  }

  @Test
  void saysWhyItDidNotStart() throws IOException {
    Path broken = Files.writeString(directory.resolve("broken"), "#!/bin/sh\necho no such flag\n");
    assertThat(broken.toFile().setExecutable(true)).isTrue();
    assertThatThrownBy(server(Ports.free(), List.of(), Optional.of(broken))::start)
        .isInstanceOf(ComponentFailed.class)
        .hasMessageContaining("no such flag");
  }

  @Test
  void judgesWhatServicesExportByTheRulesOfTheChart() throws Exception {
    var binary = PrometheusBinary.find().or(() -> executable("/tmp/prom/usr/bin/prometheus"));
    assumeThat(binary).as("Prometheus is installed").isPresent();
    var service = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    service.createContext(
        "/q/metrics",
        exchange -> {
          byte[] text =
              "outbox_oldest_age_seconds{application=\"order-service\"} 61\n"
                  .getBytes(StandardCharsets.UTF_8);
          exchange.getResponseHeaders().add("Content-Type", "text/plain; version=0.0.4");
          exchange.sendResponseHeaders(200, text.length);
          exchange.getResponseBody().write(text);
          exchange.close();
        });
    service.start();
    int port = Ports.free();
    var server = server(port, List.of(service.getAddress().getPort()), binary);
    try {
      server.start();
      // What the rule OrderSystemEventsLate asks for, in the namespace that it names.
      await()
          .atMost(SOON)
          .untilAsserted(() ->
              assertThat(
                      ask(
                          port,
                          "/api/v1/query?query="
                              + URLEncoder.encode(
                                  "outbox_oldest_age_seconds{namespace=\"order-system\"} > 60",
                                  StandardCharsets.UTF_8)))
                  .contains("\"application\":\"order-service\"", "\"61\""));
      assertThat(ask(port, "/api/v1/rules")).contains("OrderSystemEventsLate");
      assertThat(ask(port, "/api/v1/status/flags"))
          .containsPattern("\"storage.tsdb.retention.size\":\"256Mi?B\"")
          .contains("\"storage.tsdb.retention.time\":\"1d\"")
          .contains("\"storage.tsdb.path\":\"" + directory);
      assertThat(server.healthy()).isTrue();
    } finally {
      server.stop();
      service.stop(0);
    }
    assertThat(server.healthy()).isFalse();
    assertThat(Ports.answers(port)).isFalse();
  }

  private PrometheusServer server(int port, List<Integer> services, Optional<Path> binary) {
    return new PrometheusServer(
        new StateDirectory(directory.resolve("state")), port, RULES, services, () -> binary);
  }

  private static String ask(int port, String path) throws IOException, InterruptedException {
    try (var http = HttpClient.newHttpClient()) {
      return http.send(
              HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path)).build(),
              BodyHandlers.ofString())
          .body();
    }
  }

  private static Optional<Path> promtool() {
    return Stream.concat(
            Stream.of(String.valueOf(System.getenv("PROMTOOL")), "/tmp/prom/usr/bin/promtool"),
            Arrays.stream(String.valueOf(System.getenv("PATH")).split(":"))
                .map(directory -> directory + "/promtool"))
        .flatMap(file -> executable(file).stream())
        .findFirst();
  }

  private static Optional<Path> executable(String file) {
    return Optional.of(Path.of(file)).filter(Files::isExecutable);
  }
}
