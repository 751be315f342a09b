package io.ordersystem.devstack.load;

import io.ordersystem.devstack.process.ComponentFailed;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** The load tool k6, which is no part of this project. */
final class K6 {
  private static final int ENDS_WITHIN_SECONDS = 10;

  private final Path program;
  private final Host host;

  private K6(Path program, Host host) {
    this.program = program;
    this.host = host;
  }

  /** The one that the variable {@code K6} names, or else the first on the path. */
  static Optional<K6> find(Host host) {
    String named = host.variable("K6", "");
    Stream<Path> candidates =
        named.isEmpty()
            ? Arrays.stream(host.variable("PATH", "").split(File.pathSeparator, -1))
                .filter(directory -> !directory.isBlank())
                .map(directory -> Path.of(directory, "k6"))
            : Stream.of(Path.of(named));
    return candidates
        .filter(file -> Files.isRegularFile(file) && Files.isExecutable(file))
        .findFirst()
        .map(program -> new K6(program, host));
  }

  /**
   * Runs a script to its end.
   *
   * @param variables added to the environment; not arguments, which everybody on the machine sees
   * @param planned how long the script takes; it is ended when the host's margin is over, too
   * @return the exit status of k6
   * @throws ComponentFailed when it had to be ended
   */
  int run(Path script, Map<String, String> variables, Duration planned)
      throws IOException, InterruptedException {
    var builder =
        new ProcessBuilder(program.toString(), "run", "--no-usage-report", script.toString())
            .redirectOutput(host.output())
            .redirectError(host.output());
    builder.environment().clear();
    builder.environment().putAll(host.environment());
    builder.environment().putAll(variables);
    var process = builder.start();
    process.getOutputStream().close();
    // An interrupt from the terminal reaches k6 as well, which then tears down and sums up: a
    // second signal would cut that off.
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  if (!hasEnded(process)) {
                    end(process);
                  }
                },
                "k6-end"));
    try {
      Duration limit = planned.plus(host.margin());
      if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new ComponentFailed(
            "k6 (process %d) took longer than %d s and was ended"
                .formatted(process.pid(), limit.toSeconds()));
      }
      return process.exitValue();
    } finally {
      end(process);
    }
  }

  private static void end(Process process) {
    if (process.isAlive()) {
      process.destroy();
      if (!hasEnded(process)) {
        process.destroyForcibly();
      }
    }
  }

  private static boolean hasEnded(Process process) {
    try {
      return process.waitFor(ENDS_WITHIN_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
