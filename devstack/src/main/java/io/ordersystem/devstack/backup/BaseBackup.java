package io.ordersystem.devstack.backup;

import io.ordersystem.devstack.postgres.Database;
import io.ordersystem.devstack.postgres.DatabaseRole;
import io.ordersystem.devstack.process.ComponentFailed;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * A copy of the files of a server that goes on working, by the low-level interface of PostgreSQL:
 * what {@code pg_basebackup} does, which the embedded binaries do not have.
 */
public final class BaseBackup {
  private static final String FILES = "base.tar";
  private static final String LABEL = "backup_label";

  /** What a server makes for itself when it starts, or what only its own log is needed for. */
  private static final List<String> LEFT_OUT =
      List.of(
          "./postmaster.pid",
          "./postmaster.opts",
          "./pg_wal/*",
          "./pg_replslot/*",
          "./pg_dynshmem/*",
          "./pg_notify/*",
          "./pg_serial/*",
          "./pg_snapshots/*",
          "./pg_stat_tmp/*",
          "./pg_subtrans/*",
          "pgsql_tmp*");

  /** tar found that a file changed while it was read, which the log makes good. */
  private static final int CHANGED_MEANWHILE = 1;

  private final SealedDirectory directory;

  public BaseBackup(SealedDirectory directory) {
    this.directory = directory;
  }

  /**
   * Takes one, and returns when the log that it needs is in the server's archive, too.
   *
   * @param data the directory of the server
   */
  public void take(Database server, Path data) throws IOException {
    try (Connection connection = server.connect(DatabaseRole.SUPERUSER);
        var statement = connection.createStatement()) {
      // An archive that takes nothing would be waited for without end.
      statement.execute("SET statement_timeout = '5min'");
      statement.execute("SELECT pg_backup_start('order-system', true)");
      pack(data);
      try (var rows = statement.executeQuery("SELECT labelfile FROM pg_backup_stop(true)")) {
        rows.next();
        byte[] label = rows.getString(1).getBytes(StandardCharsets.UTF_8);
        directory.write(LABEL, file -> file.write(label));
      }
    } catch (SQLException e) {
      throw new ComponentFailed("no base backup: " + e.getMessage(), e);
    }
  }

  private void pack(Path data) throws IOException {
    var command = new ArrayList<>(List.of("tar", "-c", "-C", data.toString()));
    LEFT_OUT.forEach(pattern -> command.add("--exclude=" + pattern));
    command.add(".");
    directory.write(
        FILES,
        sealed -> {
          var tar =
              new ProcessBuilder(command)
                  .redirectError(ProcessBuilder.Redirect.DISCARD)
                  .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                  .start();
          try (InputStream files = tar.getInputStream()) {
            files.transferTo(sealed);
          }
          int status = ended(tar);
          if (status > CHANGED_MEANWHILE) {
            throw new ComponentFailed("tar ended with status " + status);
          }
        });
  }

  /** Puts the files into a directory, ready for a server that replays the log. */
  public void unpack(Path data) {
    try {
      var tar =
          new ProcessBuilder("tar", "-x", "-p", "-C", data.toString())
              .inheritIO()
              .redirectInput(ProcessBuilder.Redirect.PIPE)
              .start();
      try (var files = directory.read(FILES);
          var input = tar.getOutputStream()) {
        files.transferTo(input);
      }
      if (ended(tar) != 0) {
        throw new ComponentFailed("tar could not unpack the base backup");
      }
      try (var label = directory.read(LABEL)) {
        Files.copy(label, data.resolve(LABEL));
      }
    } catch (IOException e) {
      throw new ComponentFailed("the base backup cannot be read: " + e.getMessage(), e);
    }
  }

  private static int ended(Process tar) {
    try {
      return tar.waitFor();
    } catch (InterruptedException e) {
      tar.destroy();
      Thread.currentThread().interrupt();
      throw new ComponentFailed("interrupted in a base backup", e);
    }
  }
}
