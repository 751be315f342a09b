package io.ordersystem.chart;

import static org.assertj.core.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A program of operators, which no Maven repository has. */
record Program(Path binary) {
  private static final long PATIENCE_SECONDS = 120;

  /** How a call ended, and all that it said. */
  record Run(int status, String said) {}

  /**
   * Found by a variable, then on the {@code PATH}. Whoever has none goes without, but for CI, where
   * nobody would notice that.
   *
   * @param onPath its name there; null when another program may have that name
   * @param advice how to get it
   * @throws org.opentest4j.TestAbortedException when there is none
   * @throws AssertionError when there is none, and the environment says {@code CI=true}
   * @throws IllegalStateException when the variable names something that cannot be run
   */
  static Program in(
      Map<String, String> environment, String variable, @Nullable String onPath, String advice) {
    Optional<Program> found = find(environment, variable, onPath);
    if (found.isEmpty() && "true".equals(environment.get("CI"))) {
      fail(advice);
    }
    assumeTrue(found.isPresent(), advice);
    return found.orElseThrow();
  }

  private static Optional<Program> find(
      Map<String, String> environment, String variable, @Nullable String onPath) {
    String named = environment.getOrDefault(variable, "");
    if (!named.isBlank()) {
      if (!isProgram(Path.of(named))) {
        throw new IllegalStateException(variable + " is " + named + ", which cannot be run");
      }
      return Optional.of(new Program(Path.of(named)));
    }
    return onPath == null
        ? Optional.empty()
        : Arrays.stream(environment.getOrDefault("PATH", "").split(File.pathSeparator))
            .filter(folder -> !folder.isBlank())
            .map(folder -> Path.of(folder, onPath))
            .filter(Program::isProgram)
            .findFirst()
            .map(Program::new);
  }

  private static boolean isProgram(Path file) {
    return Files.isRegularFile(file) && Files.isExecutable(file);
  }

  Run run(List<String> arguments) {
    return run(arguments, Map.of());
  }

  /**
   * Runs it to its end.
   *
   * @param environment what it is told besides
   * @throws IllegalStateException when it does not end
   */
  Run run(List<String> arguments, Map<String, String> environment) {
    var command = new ArrayList<>(List.of(binary.toString()));
    command.addAll(arguments);
    try {
      Path output = Files.createTempFile("program", ".txt");
      try {
        var builder =
            new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
        builder.environment().putAll(environment);
        Process process = builder.start();
        if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
          process.destroyForcibly();
          throw new IllegalStateException("no end of " + command);
        }
        return new Run(process.exitValue(), Files.readString(output));
      } finally {
        Files.delete(output);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while " + binary + " runs", e);
    }
  }

  /**
   * What it prints.
   *
   * @throws IllegalStateException with all that it said, when it fails
   */
  String print(List<String> arguments) {
    Run run = run(arguments);
    if (run.status() != 0) {
      throw new IllegalStateException(run.said());
    }
    return run.said();
  }
}
