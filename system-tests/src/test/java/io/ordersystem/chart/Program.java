package io.ordersystem.chart;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** A program of operators, which no Maven repository has. It is named by a variable. */
record Program(Path binary) {
  private static final long PATIENCE_SECONDS = 60;

  /**
   * Empty where nobody says where it is, but for CI, where nobody would notice that.
   *
   * @throws AssertionError when nobody says so, and the environment says {@code CI=true}
   */
  static Optional<Program> named(String variable, Map<String, String> environment, String advice) {
    String named = environment.getOrDefault(variable, "");
    if (!named.isBlank()) {
      return Optional.of(new Program(Path.of(named)));
    }
    if ("true".equals(environment.get("CI"))) {
      throw new AssertionError(advice);
    }
    return Optional.empty();
  }

  /**
   * What it prints.
   *
   * @throws IllegalStateException with all that it said, when it fails
   */
  String run(List<String> arguments) throws IOException, InterruptedException {
    var command = new ArrayList<>(List.of(binary.toString()));
    command.addAll(arguments);
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said;
    try (InputStream output = process.getInputStream()) {
      said = new String(output.readAllBytes(), StandardCharsets.UTF_8);
    }
    if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
      process.destroyForcibly();
      throw new IllegalStateException(said);
    }
    return said;
  }
}
