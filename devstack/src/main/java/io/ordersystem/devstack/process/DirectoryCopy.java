package io.ordersystem.devstack.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.function.Predicate;

/** Copies a directory with its permissions. */
public final class DirectoryCopy {

  private DirectoryCopy() {}

  /** Copies a directory over another, which is seen either as it was or complete. */
  public static void replace(Path from, Path to, Predicate<Path> accepted) {
    var partial = to.resolveSibling(to.getFileName() + ".partial");
    StateDirectory.deleteTree(partial);
    copy(from, StateDirectory.directory(partial), accepted);
    StateDirectory.deleteTree(to);
    try {
      Files.move(partial, to, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Copies what the predicate accepts by its path relative to the source. A file that vanishes
   * meanwhile is left out, as a running server may delete files of its own.
   */
  public static void copy(Path from, Path to, Predicate<Path> accepted) {
    try (var files = Files.walk(from)) {
      for (var file : (Iterable<Path>) files::iterator) {
        var relative = from.relativize(file);
        if (accepted.test(relative)) {
          copyOne(file, to.resolve(relative.toString()));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void copyOne(Path file, Path target) throws IOException {
    try {
      if (Files.isDirectory(file) && Files.isDirectory(target)) {
        Files.setPosixFilePermissions(target, Files.getPosixFilePermissions(file));
      } else {
        Files.copy(file, target, StandardCopyOption.COPY_ATTRIBUTES);
      }
    } catch (NoSuchFileException vanished) {
      if (Files.exists(file)) {
        throw vanished;
      }
    }
  }
}
