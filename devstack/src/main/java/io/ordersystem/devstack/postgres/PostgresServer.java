package io.ordersystem.devstack.postgres;

import io.ordersystem.devstack.process.Await;
import io.ordersystem.devstack.process.ComponentFailed;
import io.ordersystem.devstack.process.Daemon;
import io.ordersystem.devstack.process.Launch;
import io.ordersystem.devstack.process.StateDirectory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One PostgreSQL server process on its data directory: the primary, or a standby of it. */
final class PostgresServer {
  // SIGINT is PostgreSQL's fast shutdown: it ends sessions. SIGQUIT leaves recovery to the next
  // start.
  private static final String FAST = "INT";
  private static final String IMMEDIATE = "QUIT";
  private static final Duration REAPED_WITHIN = Duration.ofSeconds(10);
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final Daemon daemon;
  private final Path data;
  private final int port;
  private final @Nullable Integer primaryPort;

  private PostgresServer(
      String name, StateDirectory state, int port, @Nullable Integer primaryPort) {
    this.daemon = new Daemon(name, state);
    this.data = state.root().resolve(name);
    this.port = port;
    this.primaryPort = primaryPort;
  }

  static PostgresServer primary(String name, StateDirectory state, int port) {
    return new PostgresServer(name, state, port, null);
  }

  static PostgresServer standby(String name, StateDirectory state, int port, int primaryPort) {
    return new PostgresServer(name, state, port, primaryPort);
  }

  Daemon daemon() {
    return daemon;
  }

  Path data() {
    return data;
  }

  Database database() {
    return new Database(port);
  }

  /** Whether the data directory is there and whole. */
  boolean hasData() {
    return Files.exists(data.resolve("global/pg_control"));
  }

  void start(PostgresBinaries binaries, Unprivileged user) {
    try {
      Files.writeString(
          data.resolve("postgresql.conf"), PostgresSettings.server(port, primaryPort));
      Files.writeString(data.resolve("pg_hba.conf"), PostgresSettings.ACCESS);
      forgetDrills();
      if (primaryPort == null) {
        Files.deleteIfExists(data.resolve("standby.signal"));
      } else {
        Files.writeString(data.resolve("standby.signal"), "");
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    user.own(data);
    user.reach(data);
    awaitEndOfTheLast();
    daemon.start(
        Launch.of(
            data, user.command(List.of(binaries.program("postgres"), "-D", data.toString()))));
  }

  /**
   * What an interrupted drill has set would hold up every commit, or fill the disk. A server that
   * is being restored still needs it.
   */
  private void forgetDrills() throws IOException {
    Path changed = data.resolve("postgresql.auto.conf");
    if (!Files.exists(changed) || Files.exists(data.resolve("recovery.signal"))) {
      return;
    }
    Files.write(
        changed,
        Files.readAllLines(changed).stream()
            .filter(line -> DisasterControls.SETTINGS.stream().noneMatch(line::startsWith))
            .toList());
  }

  /**
   * One that was killed is in the way of the next one until its parent has taken note of its end.
   * One that runs is left to PostgreSQL, which refuses to be started a second time.
   */
  private void awaitEndOfTheLast() {
    Path lock = data.resolve("postmaster.pid");
    try {
      if (Files.exists(lock)) {
        String pid = Files.readString(lock).lines().findFirst().orElse("none").strip();
        Await.within(REAPED_WITHIN, () -> !Files.exists(Path.of("/proc", pid)));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void stop() {
    daemon.stop(FAST, PATIENCE);
  }

  void stopWithoutCheckpoint() {
    daemon.stop(IMMEDIATE, PATIENCE);
  }

  ComponentFailed failed(String what) {
    return new ComponentFailed(
        daemon.name() + " " + what + "\n" + String.join("\n", daemon.lastLog(15)));
  }
}
