package io.ordersystem.devstack.process;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Commands that are run to their end. */
public final class Shell {

  /** How a command ended: its exit status, and what it wrote to both its outputs. */
  public record Outcome(int status, String output) {
    /** Whether the exit status was 0. */
    public boolean succeeded() {
      return status == 0;
    }
  }

  private Shell() {}

  /** Runs a command to its end; one that takes longer than the limit is killed and refused. */
  public static Outcome run(Duration limit, List<String> command) {
    try {
      var output = Files.createTempFile("order-system-", ".out");
      try {
        return run(limit, command, output);
      } finally {
        Files.deleteIfExists(output);
      }
    } catch (IOException e) {
      throw new ComponentFailed("could not run " + command.getFirst(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ComponentFailed("interrupted in " + command.getFirst(), e);
    }
  }

  private static Outcome run(Duration limit, List<String> command, Path output)
      throws IOException, InterruptedException {
    var process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    process.getOutputStream().close();
    if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
      process.destroyForcibly();
      throw new ComponentFailed(String.join(" ", command) + " took longer than " + limit);
    }
    return new Outcome(process.exitValue(), Files.readString(output, StandardCharsets.UTF_8));
  }
}
