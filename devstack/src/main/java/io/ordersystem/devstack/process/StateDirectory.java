package io.ordersystem.devstack.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Where one stack keeps its data, logs, keys and pid files. Nothing of a stack lives elsewhere. */
public record StateDirectory(Path root) {

  private static final String PID = ".pid";

  public StateDirectory {
    root = root.toAbsolutePath().normalize();
  }

  /** The directory of a component's data; made when absent. */
  public Path data(String component) {
    return directory(root.resolve(component));
  }

  /** The log file of a component. */
  public Path log(String component) {
    return directory(root.resolve("log")).resolve(component + ".log");
  }

  /** The pid file of a component. */
  public PidFile pidFile(String component) {
    return new PidFile(directory(root.resolve("run")).resolve(component + PID));
  }

  /** The names of all components that have a pid file, running or not. */
  public List<String> components() {
    try (var files = Files.list(directory(root.resolve("run")))) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(PID))
          .map(name -> name.substring(0, name.length() - PID.length()))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Deletes everything, the keys too. Stop the processes first. */
  public void wipe() {
    deleteTree(root);
  }

  /** The directory itself, made when absent. */
  public static Path directory(Path path) {
    try {
      return Files.createDirectories(path);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Deletes a directory and what is in it; nothing when it is absent. */
  public static void deleteTree(Path directory) {
    if (!Files.exists(directory)) {
      return;
    }
    try {
      Files.walkFileTree(
          directory,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                throws IOException {
              Files.deleteIfExists(file);
              return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path visited, @Nullable IOException failure)
                throws IOException {
              Files.deleteIfExists(visited);
              return FileVisitResult.CONTINUE;
            }
          });
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
