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
import java.nio.file.StandardOpenOption;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;

/**
 * What a drill does to the local cluster: replicates synchronously, loses the primary, promotes the
 * replica, archives the log, restores from an archive. Each call returns when it has taken effect.
 */
public final class DisasterControls {
  /** What drills set; the next start of a server takes it back. */
  static final List<String> SETTINGS =
      List.of(
          "synchronous_standby_names",
          "primary_conninfo",
          "archive_command",
          "archive_timeout",
          "restore_command",
          "recovery_target_");

  private static final Duration SOON = Duration.ofSeconds(30);

  /** The archive may be some parts behind on a machine that is busy. */
  private static final Duration ARCHIVED_WITHIN = Duration.ofMinutes(3);

  private static final Duration RECOVERED_WITHIN = Duration.ofMinutes(5);

  /** The server's files know no names of time zones, not even Z. */
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss.SSSSSS'+00'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  private final PostgresCluster cluster;

  DisasterControls(PostgresCluster cluster) {
    this.cluster = cluster;
  }

  /** From now on no commit is answered before the replica has it on its disk. */
  public void replicateSynchronously() {
    onPrimary(
        "ALTER SYSTEM SET synchronous_standby_names = 'ANY 1 (*)'", "SELECT pg_reload_conf()");
    await(
        "the replica does not replicate synchronously",
        cluster.primary(),
        "SELECT EXISTS (SELECT FROM pg_stat_replication WHERE state = 'streaming' AND sync_state = 'quorum')");
  }

  /** Commits are answered as they were before again. */
  public void replicateAsynchronously() {
    onPrimary("ALTER SYSTEM RESET synchronous_standby_names", "SELECT pg_reload_conf()");
  }

  /** The replica gets nothing more from the primary, as over a network that is gone. */
  public void cutReplication() {
    on(cluster.replica(), "ALTER SYSTEM SET primary_conninfo = ''", "SELECT pg_reload_conf()");
    await(
        "the replica still receives",
        cluster.replica(),
        "SELECT NOT EXISTS (SELECT FROM pg_stat_wal_receiver)");
  }

  /** Ends the primary and all its processes at once; nothing of it answers anybody after this. */
  public void killPrimary() {
    cluster.primaryServer().daemon().killFamily();
  }

  /**
   * The primary's data are gone, its log with them: to where nothing looks for them. It must have
   * ended. A drill that ends well deletes them ({@link #forgetDestroyed}).
   */
  public void destroyPrimary() {
    putAside(cluster.primaryServer(), destroyed(cluster.primaryServer()));
  }

  static Path destroyed(PostgresServer server) {
    return server.data().resolveSibling(server.data().getFileName() + ".destroyed");
  }

  /** What was destroyed is not needed any more. */
  public void forgetDestroyed() {
    StateDirectory.deleteTree(destroyed(cluster.primaryServer()));
    StateDirectory.deleteTree(destroyed(cluster.replicaServer()));
  }

  private static void putAside(PostgresServer server, Path where) {
    if (server.daemon().running().isPresent()) {
      throw new ComponentFailed(server.daemon().name() + " runs: its data stay where they are");
    }
    StateDirectory.deleteTree(where);
    try {
      Files.move(server.data(), where, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The archive's files belong to whoever the server runs as. */
  public void hand(Path file) {
    Unprivileged.here().own(file);
  }

  /** Makes the replica a primary, on its own port, when it has replayed all that it has. */
  public void promoteReplica() {
    on(cluster.replica(), "SELECT pg_promote(true, " + SOON.toSeconds() + ")");
    await("the replica was not promoted", cluster.replica(), "SELECT NOT pg_is_in_recovery()");
    // It would be told to follow nobody by its next start otherwise.
    on(cluster.replica(), "ALTER SYSTEM RESET primary_conninfo", "SELECT pg_reload_conf()");
    // From now on this is the history: whoever starts the system must not find the other one.
    putAside(cluster.primaryServer(), formerPrimary());
  }

  private Path formerPrimary() {
    return cluster.primaryServer().data().resolveSibling("postgres.before-failover");
  }

  /** When the last transaction that the promoted replica has was committed. */
  public Instant lastReplayed() {
    return instant(cluster.replica(), "SELECT pg_last_xact_replay_timestamp()");
  }

  /**
   * Makes a pair of what is left: the promoted server moves to the primary's address, which ends
   * its sessions, and a copy of it becomes its replica.
   */
  public void pairAgain() {
    cluster.replicaServer().stop();
    // Finds no primary, and lets the replica's data take its place.
    cluster.start();
    StateDirectory.deleteTree(formerPrimary());
  }

  /** The replica is of no use any more: it knows what the primary does not. */
  public void discardReplica() {
    cluster.replicaServer().stopWithoutCheckpoint();
    putAside(cluster.replicaServer(), destroyed(cluster.replicaServer()));
  }

  /** Gives the primary, which works on, a replica that begins as a copy of it. */
  public void renewReplica() {
    Path from = cluster.primaryServer().data();
    Path data = cluster.replicaServer().data();
    Path to = partial(data);
    try (var connection = cluster.primary().connect(DatabaseRole.SUPERUSER);
        var statement = connection.createStatement()) {
      statement.execute("SELECT pg_backup_start('replica', true)");
      DirectoryCopy.copy(from, to, DisasterControls::belongsToACopy);
      // Not archived: the replica gets the log from the primary.
      try (var rows = statement.executeQuery("SELECT labelfile FROM pg_backup_stop(false)")) {
        rows.next();
        Files.writeString(to.resolve("backup_label"), rows.getString(1));
      }
      Files.move(to, data, StandardCopyOption.ATOMIC_MOVE);
    } catch (SQLException e) {
      throw new ComponentFailed("no copy for a replica: " + e.getMessage(), e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    cluster.start();
  }

  /** An empty directory beside the data: half of a copy must not be taken for one. */
  private static Path partial(Path data) {
    Path partial = data.resolveSibling(data.getFileName() + ".partial");
    StateDirectory.deleteTree(partial);
    return StateDirectory.directory(partial);
  }

  /** Neither what the running server holds nor its log, which the copy gets from it. */
  private static boolean belongsToACopy(Path file) {
    return !file.endsWith("postmaster.pid")
        && !file.endsWith("postmaster.opts")
        && !(file.startsWith("pg_wal")
            && file.getNameCount() > 1
            && !file.endsWith("archive_status"))
        && !(file.startsWith("pg_replslot") && file.getNameCount() > 1);
  }

  /**
   * From now on each part of the primary's log goes to an archive.
   *
   * @param command with {@code %p} for the file and {@code %f} for its name
   * @param atLatest after so long also a part that is not full
   */
  public void archive(String command, Duration atLatest) {
    onPrimary(
        "ALTER SYSTEM SET archive_command = '" + command.replace("'", "''") + "'",
        "ALTER SYSTEM SET archive_timeout = '" + atLatest.toSeconds() + "s'",
        "SELECT pg_reload_conf()");
    // Parts that ended before are not in it; a base backup that begins now needs none of them.
  }

  /** No archive any more. */
  public void archiveNothing() {
    onPrimary(
        "ALTER SYSTEM RESET archive_command",
        "ALTER SYSTEM RESET archive_timeout",
        "SELECT pg_reload_conf()");
  }

  /** The clock of the primary. */
  public Instant now() {
    return instant(cluster.primary(), "SELECT clock_timestamp()");
  }

  /** The part of the log to which the primary writes now. */
  public String logFile() {
    return text("SELECT pg_walfile_name(pg_current_wal_lsn())");
  }

  /** Returns when that part of the log is in the archive, which its time-out sees to. */
  public void awaitArchived(String logFile) {
    await(
        ARCHIVED_WITHIN,
        "the log is not archived",
        cluster.primary(),
        """
        SELECT coalesce(max(name) >= '%s', false)
        FROM (SELECT last_archived_wal AS name FROM pg_stat_archiver) AS last WHERE name ~ '^[0-9A-F]{24}$'\
        """
            .formatted(logFile));
  }

  /**
   * Starts the primary from a base backup and replays the archived log up to a moment. It takes
   * writes then, in a timeline of its own.
   *
   * @param base puts the base backup into the directory that it is given
   * @param restoreCommand with {@code %f} for the name of a part and {@code %p} for where to put it
   * @throws ComponentFailed when the log does not reach so far, with the end of the server's log
   */
  public void restore(Consumer<Path> base, String restoreCommand, Instant to) {
    Path data = partial(cluster.primaryServer().data());
    base.accept(data);
    try {
      // Later lines win over those of the server that was backed up.
      Files.writeString(
          data.resolve("postgresql.auto.conf"),
          """

          restore_command = '%s'
          recovery_target_time = '%s'
          recovery_target_action = promote
          """
              .formatted(restoreCommand.replace("'", "''"), TIME.format(to)),
          StandardOpenOption.CREATE,
          StandardOpenOption.APPEND);
      Files.writeString(data.resolve("recovery.signal"), "");
      Files.move(data, cluster.primaryServer().data(), StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    cluster.startRestored();
    if (!Await.within(
        RECOVERED_WITHIN,
        () ->
            cluster.primaryServer().daemon().running().isEmpty()
                || holds(cluster.primary(), "SELECT NOT pg_is_in_recovery()"))) {
      throw cluster.primaryServer().failed("has not recovered within " + RECOVERED_WITHIN);
    }
    if (cluster.primaryServer().daemon().running().isEmpty()) {
      throw cluster.primaryServer().failed("could not be restored");
    }
    onPrimary(
        "ALTER SYSTEM RESET restore_command",
        "ALTER SYSTEM RESET recovery_target_time",
        "ALTER SYSTEM RESET recovery_target_action",
        "SELECT pg_reload_conf()");
  }

  private void onPrimary(String... statements) {
    on(cluster.primary(), statements);
  }

  private static void on(Database database, String... statements) {
    try (var connection = database.connect(DatabaseRole.SUPERUSER);
        var statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    } catch (SQLException e) {
      throw new ComponentFailed("PostgreSQL on port " + database.port() + ": " + e.getMessage(), e);
    }
  }

  private static void await(String otherwise, Database database, String condition) {
    await(SOON, otherwise, database, condition);
  }

  private static void await(Duration limit, String otherwise, Database database, String condition) {
    if (!Await.within(limit, () -> holds(database, condition))) {
      throw new ComponentFailed(otherwise + " within " + limit.toSeconds() + " s");
    }
  }

  private static boolean holds(Database database, String condition) {
    try (var connection = database.connect(DatabaseRole.SUPERUSER);
        var statement = connection.createStatement();
        var rows = statement.executeQuery(condition)) {
      return rows.next() && rows.getBoolean(1);
    } catch (SQLException notYet) {
      return false;
    }
  }

  private static Instant instant(Database database, String sql) {
    return Instant.parse(
        text(
            database,
            "SELECT to_char((%s) AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')"
                .formatted(sql)));
  }

  private String text(String sql) {
    return text(cluster.primary(), sql);
  }

  private static String text(Database database, String sql) {
    try (var connection = database.connect(DatabaseRole.SUPERUSER);
        var statement = connection.createStatement();
        var rows = statement.executeQuery(sql)) {
      rows.next();
      return rows.getString(1);
    } catch (SQLException e) {
      throw new ComponentFailed("PostgreSQL on port " + database.port() + ": " + e.getMessage(), e);
    }
  }
}
