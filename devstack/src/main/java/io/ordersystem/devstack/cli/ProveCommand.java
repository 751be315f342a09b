package io.ordersystem.devstack.cli;

import io.ordersystem.devstack.process.ComponentFailed;
import io.ordersystem.devstack.stack.LocalSystem;
import io.ordersystem.devstack.stack.Memory;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * {@code prove}: the full form of a proof, from an empty system. What it prints is kept under
 * {@code docs/evidence}.
 */
@Command(
    name = "prove",
    description = {
      "Prove a promise in full, on an empty system (wipes the local one).",
      "skeleton DIRECTORY: start, replay of the Northwind orders in both ways, checks, memory."
    })
@SuppressWarnings("NullAway.Init") // picocli fills the annotated fields before it calls
final class ProveCommand implements Callable<Integer> {
  private static final long MEMORY_LIMIT_MIB = 3_584;
  private static final double START_LIMIT_SECONDS = 60;

  @Spec private CommandSpec spec;

  @Parameters(index = "0", paramLabel = "NAME", description = "skeleton")
  private String name;

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "DIRECTORY",
      description = "The Northwind files.")
  private @Nullable Path directory;

  private final LocalSystem system;

  ProveCommand(LocalSystem system) {
    this.system = system;
  }

  @Override
  public Integer call() {
    if (!name.equals("skeleton") || directory == null) {
      throw new ParameterException(
          spec.commandLine(), "there is one proof so far: prove skeleton DIRECTORY");
    }
    PrintWriter out = spec.commandLine().getOut();
    boolean holds = startsInTime(out);
    holds &= replay(out, "--sequential");
    holds &= step(out, "check") == 0;
    holds &= memory(out);
    step(out, "down", "--wipe");
    holds &= step(out, "up") == 0;
    holds &= replay(out, "--restock", "--concurrency", "16");
    holds &= step(out, "check") == 0;
    holds &= memory(out);
    out.println(holds ? "PROVED: skeleton" : "NOT PROVED: skeleton");
    out.flush();
    return holds ? 0 : 1;
  }

  private boolean startsInTime(PrintWriter out) {
    step(out, "down", "--wipe");
    long began = System.nanoTime();
    int status = step(out, "up");
    double seconds = (System.nanoTime() - began) / 1e9;
    out.printf("up: %.1f s, limit %.0f s%n", seconds, START_LIMIT_SECONDS);
    return status == 0 && seconds < START_LIMIT_SECONDS;
  }

  private boolean replay(PrintWriter out, String... options) {
    var arguments = new String[options.length + 2];
    arguments[0] = "replay";
    arguments[1] = String.valueOf(directory);
    System.arraycopy(options, 0, arguments, 2, options.length);
    return step(out, arguments) == 0;
  }

  private boolean memory(PrintWriter out) {
    long mebibytes = Memory.mebibytesOf(system);
    out.printf("memory of all processes: %d MiB, limit %d MiB%n", mebibytes, MEMORY_LIMIT_MIB);
    return mebibytes < MEMORY_LIMIT_MIB;
  }

  private int step(PrintWriter out, String... arguments) {
    out.println();
    out.println("$ ./order-system " + String.join(" ", arguments));
    out.flush();
    CommandLine root = spec.commandLine().getParent();
    if (root == null) {
      throw new ComponentFailed("prove runs below order-system only");
    }
    int status = root.execute(arguments);
    out.println("[exit status " + status + "]");
    out.flush();
    return status;
  }
}
