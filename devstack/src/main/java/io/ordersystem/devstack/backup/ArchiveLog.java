package io.ordersystem.devstack.backup;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * What PostgreSQL calls to archive a part of its log and to get one back ({@code archive_command},
 * {@code restore_command}). Exit status 0 means that it is done, and on the disk.
 */
@CommandLine.Command(name = "archive-log")
@SuppressWarnings("NullAway.Init") // picocli fills the annotated fields before it calls
public final class ArchiveLog implements Callable<Integer> {
  private static final int ABSENT = 1;

  @Option(names = "--directory", required = true)
  private Path directory;

  @Option(names = "--key", required = true)
  private Path key;

  @Parameters(index = "0", description = "put or get")
  private Direction direction;

  @Parameters(index = "1", description = "The name of the part: %f.")
  private String name;

  @Parameters(index = "2", description = "The file of the server: %p.")
  private Path file;

  /** Into the archive, or out of it. */
  enum Direction {
    put,
    get
  }

  public static void main(String[] arguments) {
    System.exit(new CommandLine(new ArchiveLog()).execute(arguments));
  }

  @Override
  public Integer call() throws IOException {
    var archive = new SealedDirectory(directory, key);
    return switch (direction) {
      case put -> put(archive);
      case get -> get(archive);
    };
  }

  /** A part that is there already may come again after a crash, but only as it was. */
  private int put(SealedDirectory archive) throws IOException {
    if (archive.has(name)) {
      try (InputStream kept = archive.read(name);
          InputStream now = Files.newInputStream(file)) {
        if (!same(kept, now)) {
          throw new IOException("the archive has another " + name);
        }
        return 0;
      }
    }
    archive.write(name, sealed -> Files.copy(file, sealed));
    return 0;
  }

  /** A part that is not there ends a recovery; so the server asks, and wants no complaint. */
  private int get(SealedDirectory archive) throws IOException {
    if (!archive.has(name)) {
      return ABSENT;
    }
    try (InputStream kept = archive.read(name)) {
      Files.copy(kept, file, StandardCopyOption.REPLACE_EXISTING);
      return 0;
    } catch (NoSuchFileException gone) {
      return ABSENT;
    } catch (IOException broken) {
      // Half of a part must not be taken for one.
      Files.deleteIfExists(file);
      throw broken;
    }
  }

  private static boolean same(InputStream one, InputStream other) throws IOException {
    byte[] first = one.readAllBytes();
    return Arrays.equals(first, other.readAllBytes());
  }
}
