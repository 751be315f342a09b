package io.ordersystem.devstack.cli;

import io.ordersystem.devstack.stack.LocalSystem;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code down}: stops everything; the data stays unless it is wiped. */
@Command(name = "down", description = "Stop everything. The data stays, unless --wipe.")
@SuppressWarnings("NullAway.Init") // picocli fills the annotated fields before it calls
final class DownCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(names = "--wipe", description = "Delete all data, logs and keys as well.")
  private boolean wipe;

  private final LocalSystem system;

  DownCommand(LocalSystem system) {
    this.system = system;
  }

  @Override
  public Integer call() {
    var out = spec.commandLine().getOut();
    system.down(line -> {
      out.println(line);
      out.flush();
    });
    if (wipe) {
      system.state().wipe();
      out.println("  " + system.state().root() + " deleted");
    }
    out.flush();
    return 0;
  }
}
