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

/**
 * Prometheus' own judge of rules, which tries them on made-up series. It is in no Maven repository:
 * it is found by the variable {@code PROMTOOL}, then on the {@code PATH}.
 */
record Promtool(Path binary) {
  static final String HOW_TO_GET_IT =
      "rules are not tried without promtool: apt-get install prometheus, or PROMTOOL=$(.ci/promtool)";

  private static final long PATIENCE_SECONDS = 120;

  /** How a call ended, and all that it said. */
  record Run(int status, String said) {}

  /**
   * Whoever has none goes without, but for CI, where nobody would notice that.
   *
   * @throws org.opentest4j.TestAbortedException when there is none
   * @throws AssertionError when there is none, and the environment says {@code CI=true}
   * @throws IllegalStateException when {@code PROMTOOL} names something that cannot be run
   */
  static Promtool in(Map<String, String> environment) {
    Optional<Promtool> found = find(environment);
    if (found.isEmpty() && "true".equals(environment.get("CI"))) {
      fail(HOW_TO_GET_IT);
    }
    assumeTrue(found.isPresent(), HOW_TO_GET_IT);
    return found.orElseThrow();
  }

  private static Optional<Promtool> find(Map<String, String> environment) {
    String named = environment.getOrDefault("PROMTOOL", "");
    if (!named.isBlank()) {
      if (!isProgram(Path.of(named))) {
        throw new IllegalStateException("PROMTOOL is " + named + ", which cannot be run");
      }
      return Optional.of(new Promtool(Path.of(named)));
    }
    return Arrays.stream(environment.getOrDefault("PATH", "").split(File.pathSeparator))
        .filter(folder -> !folder.isBlank())
        .map(folder -> Path.of(folder, "promtool"))
        .filter(Promtool::isProgram)
        .findFirst()
        .map(Promtool::new);
  }

  private static boolean isProgram(Path file) {
    return Files.isRegularFile(file) && Files.isExecutable(file);
  }

  /** {@code promtool check rules}. */
  Run check(List<Path> rules) {
    return run("check", rules);
  }

  /** {@code promtool test rules}. */
  Run test(List<Path> tests) {
    return run("test", tests);
  }

  private Run run(String what, List<Path> files) {
    var command = new ArrayList<>(List.of(binary.toString(), what, "rules"));
    files.forEach(file -> command.add(file.toString()));
    try {
      Path output = Files.createTempFile("promtool", ".txt");
      try {
        Process process =
            new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
          process.destroyForcibly();
          throw new IllegalStateException("promtool does not end: " + command);
        }
        return new Run(process.exitValue(), Files.readString(output));
      } finally {
        Files.delete(output);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while promtool runs", e);
    }
  }
}
