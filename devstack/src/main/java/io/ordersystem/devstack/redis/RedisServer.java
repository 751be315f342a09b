package io.ordersystem.devstack.redis;

import io.ordersystem.devstack.process.Await;
import io.ordersystem.devstack.process.Cache;
import io.ordersystem.devstack.process.ComponentFailed;
import io.ordersystem.devstack.process.Daemon;
import io.ordersystem.devstack.process.Launch;
import io.ordersystem.devstack.process.Ports;
import io.ordersystem.devstack.process.StateDirectory;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;

/** One Redis: the installed {@code redis-server}, else the binary that Maven Central carries. */
public final class RedisServer {
  /** The name of the process. */
  public static final String NAME = "redis";

  private static final String CARRIED = "redis-server-6.2.6-v5-linux-amd64";
  private static final Duration READY = Duration.ofSeconds(10);
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final Daemon daemon;
  private final StateDirectory state;
  private final int port;

  public RedisServer(StateDirectory state, int port) {
    this.daemon = new Daemon(NAME, state);
    this.state = state;
    this.port = port;
  }

  /** Starts the server unless it runs, and returns when it accepts connections. */
  public void start() {
    if (daemon.running().isEmpty()) {
      daemon.start(
          Launch.of(
              state.data(NAME),
              List.of(
                  binary().toString(),
                  "--bind",
                  "127.0.0.1",
                  "--port",
                  Integer.toString(port),
                  "--save",
                  "",
                  "--maxmemory",
                  "64mb",
                  "--maxmemory-policy",
                  "allkeys-lru")));
    }
    Await.within(READY, () -> daemon.running().isEmpty() || Ports.answers(port));
    if (!healthy()) {
      throw new ComponentFailed("redis did not start\n" + String.join("\n", daemon.lastLog(15)));
    }
  }

  /** Whether the process runs and accepts connections. */
  public boolean healthy() {
    return daemon.running().isPresent() && Ports.answers(port);
  }

  /** Stops the server; a cache has nothing to save. */
  public void stop() {
    daemon.stop("TERM", PATIENCE);
  }

  private static Path binary() {
    return Arrays.stream(String.valueOf(System.getenv("PATH")).split(":"))
        .map(directory -> Path.of(directory, "redis-server"))
        .filter(Files::isExecutable)
        .findFirst()
        .orElseGet(() -> Cache.directory(CARRIED, RedisServer::unpack).resolve("redis-server"));
  }

  private static void unpack(Path directory) {
    try (InputStream carried = RedisServer.class.getResourceAsStream("/" + CARRIED)) {
      if (carried == null) {
        throw new ComponentFailed(
            "no redis-server is installed, and none for this platform carried");
      }
      Path binary = StateDirectory.directory(directory).resolve("redis-server");
      Files.copy(carried, binary);
      if (!binary.toFile().setExecutable(true, false)) {
        throw new ComponentFailed("cannot make " + binary + " executable");
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
