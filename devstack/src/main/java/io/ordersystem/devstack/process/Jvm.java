package io.ordersystem.devstack.process;

import java.io.File;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** The Java of this JVM and its class path, for processes that are started from it. */
public final class Jvm {

  private Jvm() {}

  /** The java binary that runs this code. */
  public static String java() {
    return Path.of(System.getProperty("java.home"), "bin", "java").toString();
  }

  /** Every entry of the class path, absolute. */
  public static List<Path> classPath() {
    // Surefire starts its JVM with one jar that only points at the class path.
    var surefire = System.getProperty("surefire.test.class.path");
    var path = surefire == null ? System.getProperty("java.class.path", "") : surefire;
    return Arrays.stream(path.split(File.pathSeparator))
        .filter(Predicate.not(String::isEmpty))
        .map(entry -> Path.of(entry).toAbsolutePath().normalize())
        .distinct()
        .toList();
  }

  /**
   * The class path of a helper process. Without the log manager of Quarkus, which takes over a JVM
   * that has it and then wants to be configured.
   */
  public static String helperClassPath() {
    return join(
        classPath().stream()
            .filter(entry -> !fileName(entry).contains("jboss-logmanager"))
            .toList());
  }

  /** The one jar of the class path whose file name starts so. */
  public static Optional<Path> jar(String prefix) {
    return classPath().stream()
        .filter(entry -> fileName(entry).startsWith(prefix) && fileName(entry).endsWith(".jar"))
        .findFirst();
  }

  /** Entries as one class path argument. */
  public static String join(List<Path> entries) {
    return String.join(File.pathSeparator, entries.stream().map(Path::toString).toList());
  }

  static String fileName(Path path) {
    return path.getFileName().toString();
  }
}
