package io.ordersystem.devstack.traces;

import io.ordersystem.devstack.stack.LocalSystem;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code trace}: what an order has caused, where, when and for how long. */
@Command(
    name = "trace",
    description = "Show the newest trace of an order, a message or a trace's id (up --observe).")
@SuppressWarnings("NullAway.Init") // picocli fills the annotated fields before it calls
public final class TraceCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "ID", description = "An order's id, a message's id, or a trace's.")
  private String id;

  private final LocalSystem system;

  public TraceCommand(LocalSystem system) {
    this.system = system;
  }

  @Override
  public Integer call() {
    var tree = TraceTree.find(system.spans(), id);
    if (tree.isEmpty()) {
      spec.commandLine()
          .getErr()
          .println(
              "No trace of " + id + ". Traces are kept by a system that runs with up --observe.");
      return 1;
    }
    spec.commandLine().getOut().print(tree.get().draw());
    spec.commandLine().getOut().flush();
    return 0;
  }
}
