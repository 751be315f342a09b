package io.ordersystem.devstack.cli;

import io.ordersystem.devstack.stack.Component;
import io.ordersystem.devstack.stack.LocalSystem;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code logs}: the end of a component's log. */
@Command(name = "logs", description = "Print the log of a component.")
@SuppressWarnings("NullAway.Init") // picocli fills the annotated fields before it calls
final class LogsCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(
      paramLabel = "COMPONENT",
      description = "As in status; order is short for order-service.")
  private String name;

  @Option(
      names = {"-f", "--follow"},
      description = "Go on as it grows.")
  private boolean follow;

  @Option(
      names = {"-n", "--lines"},
      defaultValue = "200",
      description = "How many lines of its end (200).")
  private int lines;

  private final LocalSystem system;

  LogsCommand(LocalSystem system) {
    this.system = system;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    Component component = ProcessCommands.component(spec, system, name);
    var command = new ArrayList<>(List.of("tail", "-n", Integer.toString(lines)));
    if (follow) {
      command.add("-F");
    }
    command.add(system.state().log(component.name()).toString());
    return new ProcessBuilder(command).inheritIO().start().waitFor();
  }
}
