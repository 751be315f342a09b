package io.ordersystem.devstack.replay;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A directory in the Northwind layout, small enough to follow by hand. */
final class Toy {
  private static final Path SOURCE = Path.of("src/test/resources/toy-northwind");

  private Toy() {}

  static void copyTo(Path directory) throws IOException {
    try (var files = Files.list(SOURCE)) {
      files.forEach(file -> copy(file, directory));
    }
  }

  static Northwind northwind() {
    return NorthwindFiles.read(SOURCE);
  }

  static String directory() {
    return SOURCE.toString();
  }

  private static void copy(Path file, Path directory) {
    try {
      Files.copy(file, directory.resolve(file.getFileName()));
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }
}
