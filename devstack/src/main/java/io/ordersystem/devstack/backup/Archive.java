package io.ordersystem.devstack.backup;

import io.ordersystem.devstack.process.Jvm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The backups of one server: base backup and log, encrypted with one key. On a cluster an object
 * store takes this place.
 */
public final class Archive {
  private final Path directory;
  private final Path key;
  private final Path program;

  /**
   * An archive in a directory of its own; made when it is absent.
   *
   * @param directory without quotes in its name, as the server's shell gets it
   * @param key where the key is kept: not in the directory, which somebody else may keep
   */
  public Archive(Path directory, Path key) throws IOException {
    this.directory = directory;
    this.key = key;
    this.program = directory.resolve("archive-log");
    // Makes directory and key.
    new SealedDirectory(directory.resolve("log"), key);
    Files.writeString(
        program,
        "#!/bin/sh\nexec "
            + List.of(
                    Jvm.java(),
                    "-XX:+UseSerialGC",
                    "-XX:TieredStopAtLevel=1",
                    "-Xmx128m",
                    "-cp",
                    Jvm.helperClassPath(),
                    ArchiveLog.class.getName(),
                    "--directory",
                    directory.resolve("log").toString(),
                    "--key",
                    key.toString())
                .stream()
                .map(word -> "'" + word + "'")
                .collect(Collectors.joining(" "))
            + " \"$@\"\n");
    Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
  }

  /** The base backup. */
  public BaseBackup base() throws IOException {
    return new BaseBackup(new SealedDirectory(directory.resolve("base"), key));
  }

  /** PostgreSQL's {@code archive_command}. */
  public String archiveCommand() {
    return "'" + program + "' put \"%f\" \"%p\"";
  }

  /** PostgreSQL's {@code restore_command}. */
  public String restoreCommand() {
    return "'" + program + "' get \"%f\" \"%p\"";
  }
}
