package io.ordersystem.devstack.prometheus;

import io.ordersystem.devstack.process.Await;
import io.ordersystem.devstack.process.ComponentFailed;
import io.ordersystem.devstack.process.Daemon;
import io.ordersystem.devstack.process.Launch;
import io.ordersystem.devstack.process.StateDirectory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** One Prometheus, which asks the services every five seconds and keeps a day of it at most. */
public final class PrometheusServer {
  /** The name of the process. */
  public static final String NAME = "prometheus";

  private static final Duration READY = Duration.ofSeconds(30);
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final Duration PROBE = Duration.ofSeconds(2);

  private static final HttpClient HTTP = HttpClient.newBuilder().connectTimeout(PROBE).build();

  private final Daemon daemon;
  private final StateDirectory state;
  private final int port;
  private final Path rules;
  private final List<Integer> services;
  private final Supplier<Optional<Path>> binary;

  /**
   * Nothing is started yet.
   *
   * @param rules the directory with the rules of alerts
   * @param services the management ports
   * @param binary asked at each start
   */
  public PrometheusServer(
      StateDirectory state,
      int port,
      Path rules,
      List<Integer> services,
      Supplier<Optional<Path>> binary) {
    this.daemon = new Daemon(NAME, state);
    this.state = state;
    this.port = port;
    this.rules = rules;
    this.services = List.copyOf(services);
    this.binary = binary;
  }

  /** Whether there is one to start. */
  public boolean installed() {
    return binary.get().isPresent();
  }

  /** Starts the server unless it runs, and returns when it answers. */
  public void start() {
    if (daemon.running().isEmpty()) {
      Path program =
          binary.get().orElseThrow(() -> new ComponentFailed(PrometheusBinary.HOW_TO_GET));
      daemon.start(Launch.of(state.data(NAME), command(program)));
    }
    Await.within(READY, () -> daemon.running().isEmpty() || answers());
    if (!healthy()) {
      throw new ComponentFailed(
          "prometheus did not start\n" + String.join("\n", daemon.lastLog(15)));
    }
  }

  private List<String> command(Path program) {
    return List.of(
        program.toString(),
        "--config.file=" + configuration(),
        "--storage.tsdb.path=" + state.data(NAME).resolve("data"),
        "--storage.tsdb.retention.time=1d",
        "--storage.tsdb.retention.size=256MB",
        "--web.listen-address=127.0.0.1:" + port);
  }

  private Path configuration() {
    try {
      return Files.writeString(
          state.data(NAME).resolve("prometheus.yml"),
          PrometheusConfiguration.text(rules, services));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Whether the process runs and answers questions. */
  public boolean healthy() {
    return daemon.running().isPresent() && answers();
  }

  private boolean answers() {
    var request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/-/ready"))
            .timeout(PROBE)
            .build();
    try {
      return HTTP.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
    } catch (IOException notYet) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ComponentFailed("interrupted while waiting for prometheus", e);
    }
  }

  /** Ends the server, which writes what it has. */
  public void stop() {
    daemon.stop("TERM", PATIENCE);
  }

  public Daemon daemon() {
    return daemon;
  }
}
