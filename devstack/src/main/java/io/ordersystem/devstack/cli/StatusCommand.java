package io.ordersystem.devstack.cli;

import io.ordersystem.devstack.stack.Component;
import io.ordersystem.devstack.stack.LocalSystem;
import io.ordersystem.devstack.stack.Memory;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code status}: what runs, where, and what it takes. Exit status 1 unless all is well. */
@Command(name = "status", description = "Show what runs, where, and how much memory it takes.")
@SuppressWarnings("NullAway.Init") // picocli fills the annotated field before it calls
final class StatusCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  private final LocalSystem system;

  StatusCommand(LocalSystem system) {
    this.system = system;
  }

  @Override
  public Integer call() {
    var out = spec.commandLine().getOut();
    boolean well = true;
    out.printf("%-22s %8s %6s  %-10s %10s%n", "component", "pid", "port", "state", "memory");
    for (Component component : system.components()) {
      var process = component.daemon().running();
      boolean healthy = process.isPresent() && component.healthy().getAsBoolean();
      well &= healthy;
      out.printf(
          "%-22s %8s %6d  %-10s %6d MiB%n",
          component.name(),
          process.map(p -> Long.toString(p.pid())).orElse("-"),
          component.ports().getFirst().number(),
          process.isEmpty() ? "stopped" : healthy ? "ready" : "not ready",
          process.map(p -> Memory.mebibytesOf(p.pid())).orElse(0L));
    }
    out.printf("%-22s %37d MiB%n", "all together", Memory.mebibytesOf(system));
    out.flush();
    return well ? 0 : 1;
  }
}
