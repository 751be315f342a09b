package io.ordersystem.devstack.postgres;

import io.ordersystem.devstack.process.Await;
import io.ordersystem.devstack.process.ComponentFailed;
import io.ordersystem.devstack.process.DirectoryCopy;
import io.ordersystem.devstack.process.StateDirectory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;

/** A PostgreSQL primary with a streaming replica, and the schemas and roles of the services. */
public final class PostgresCluster {
  /** The names of the two processes. */
  public static final String PRIMARY = "postgres";

  public static final String REPLICA = "postgres-replica";

  private static final Duration READY = Duration.ofSeconds(45);
  private static final String STREAMS =
      "select 1 from pg_stat_wal_receiver where status = 'streaming'";

  private final PostgresServer primary;
  private final PostgresServer replica;

  public PostgresCluster(StateDirectory state, int port, int replicaPort) {
    this.primary = PostgresServer.primary(PRIMARY, state, port);
    this.replica = PostgresServer.standby(REPLICA, state, replicaPort, port);
  }

  /** The server that takes writes. */
  public Database primary() {
    return primary.database();
  }

  /** The server that only reads, shortly behind. */
  public Database replica() {
    return replica.database();
  }

  /** What drills do to it. */
  public DisasterControls disasters() {
    return new DisasterControls(this);
  }

  /** The files of the primary. */
  public Path primaryData() {
    return primary.data();
  }

  PostgresServer primaryServer() {
    return primary;
  }

  PostgresServer replicaServer() {
    return replica;
  }

  /** Starts what does not run and returns when both answer and the replica streams. */
  public void start() {
    var user = Unprivileged.here();
    var binaries = PostgresBinaries.locate(user);
    startPrimary(binaries, user);
    startReplica(binaries, user);
    awaitReady(primary, "select 1", "postgres");
    try {
      new DatabaseSchemas(primary()).apply();
    } catch (SQLException e) {
      throw new ComponentFailed("could not make the schemas: " + e.getMessage(), e);
    }
    awaitReady(replica, STREAMS, "postgres");
  }

  /** Starts the primary only. */
  public void startPrimary() {
    var user = Unprivileged.here();
    startPrimary(PostgresBinaries.locate(user), user);
    awaitReady(primary, "select 1", "postgres");
  }

  /** Starts the primary on what is in its directory, and leaves the replica as it is. */
  void startRestored() {
    var user = Unprivileged.here();
    primary.start(PostgresBinaries.locate(user), user);
    awaitReady(primary, "select 1", "postgres");
  }

  /** Starts the replica only; the primary must have run before. */
  public void startReplica() {
    var user = Unprivileged.here();
    startReplica(PostgresBinaries.locate(user), user);
    awaitReady(replica, "select 1", "postgres");
  }

  /** Whether the primary answers. */
  public boolean primaryHealthy() {
    return primary.daemon().running().isPresent()
        && answers(primary, "select 1", Database.NAME, new AtomicReference<>(""));
  }

  /** Whether the replica answers and receives what the primary writes. */
  public boolean replicaHealthy() {
    return replica.daemon().running().isPresent()
        && answers(replica, STREAMS, Database.NAME, new AtomicReference<>(""));
  }

  /** Stops the replica, then the primary, with everything on disk. */
  public void stop() {
    stopReplica();
    stopPrimary();
  }

  /** Stops the primary with everything on disk. */
  public void stopPrimary() {
    primary.stop();
  }

  /** Stops the replica. */
  public void stopReplica() {
    replica.stop();
  }

  /** Stops both at once, for data that nobody wants any more. */
  public void abandon() {
    replica.stopWithoutCheckpoint();
    primary.stopWithoutCheckpoint();
  }

  private void startPrimary(PostgresBinaries binaries, Unprivileged user) {
    if (primary.daemon().running().isPresent()) {
      return;
    }
    if (!primary.hasData() && Files.exists(DisasterControls.destroyed(primary))) {
      throw new ComponentFailed(
          "a drill was interrupted: what it destroyed is in %s; move it back to %s, or ./order-system down --wipe"
              .formatted(DisasterControls.destroyed(primary), primary.data()));
    }
    if (!primary.hasData() && replica.hasData()) {
      replicaTakesThePlace();
    }
    if (!primary.hasData()) {
      copyInto(binaries.emptyCluster(), primary.data());
    }
    if (!replica.hasData()) {
      // A copy of a server that does not run is a standby that needs nothing else.
      copyInto(primary.data(), replica.data());
    }
    primary.start(binaries, user);
  }

  private void startReplica(PostgresBinaries binaries, Unprivileged user) {
    if (replica.daemon().running().isPresent()) {
      return;
    }
    if (!replica.hasData()) {
      throw new ComponentFailed(
          "the replica's data is gone while the primary runs: ./order-system down, then up");
    }
    replica.start(binaries, user);
  }

  /**
   * What is left of the cluster is the replica's data: they become the primary's, whatever state
   * they are in. An empty cluster in their place would be the loss of all of it.
   */
  private void replicaTakesThePlace() {
    replica.stop();
    StateDirectory.deleteTree(primary.data());
    try {
      Files.move(replica.data(), primary.data(), StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void copyInto(Path from, Path to) {
    DirectoryCopy.replace(from, to, relative -> !relative.endsWith("postmaster.pid"));
  }

  private static void awaitReady(PostgresServer server, String query, String database) {
    var refusal = new AtomicReference<>("no answer");
    var ready =
        Await.within(
            READY,
            () -> server.daemon().running().isEmpty() || answers(server, query, database, refusal));
    if (server.daemon().running().isEmpty()) {
      throw server.failed("ended while starting");
    }
    if (!ready) {
      throw server.failed("was not ready within " + READY.toSeconds() + " s: " + refusal.get());
    }
  }

  private static boolean answers(
      PostgresServer server, String query, String database, AtomicReference<String> refusal) {
    try (var connection = server.database().connect(DatabaseRole.SUPERUSER, database);
        var statement = connection.createStatement();
        var rows = statement.executeQuery(query)) {
      refusal.set("no row from " + query);
      return rows.next();
    } catch (SQLException notYet) {
      refusal.set(notYet + ", caused by " + notYet.getCause());
      return false;
    }
  }
}
