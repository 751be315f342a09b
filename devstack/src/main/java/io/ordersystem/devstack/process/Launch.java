package io.ordersystem.devstack.process;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** What to run: the command, what is added to the environment, and the working directory. */
public record Launch(List<String> command, Map<String, String> environment, Path directory) {

  public Launch {
    command = List.copyOf(command);
    environment = Map.copyOf(environment);
  }

  /** A command with the environment as it is. */
  public static Launch of(Path directory, List<String> command) {
    return new Launch(command, Map.of(), directory);
  }
}
