package io.ordersystem.devstack.bench;

import io.ordersystem.devstack.client.Tokens;
import io.ordersystem.devstack.process.ComponentFailed;
import io.ordersystem.devstack.stack.LocalSystem;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code bench}: measures on an empty system of its own. */
@Command(
    name = "bench",
    description = {
      "Measure, as ratios of arms that run in turns. Starts with an empty system and stops it.",
      "orders: what an order costs and how long it takes, through all services.",
      "inventory: reservations of a hot offer, against the seed's way and PostgreSQL alone.",
      "reads: pages, look-ups and replica reads with two million orders, against the seed's.",
      "webhooks: the delay of 950 endpoints, with 50 dead ones beside them and without."
    })
@SuppressWarnings("NullAway.Init") // picocli fills the annotated fields before it calls
public final class BenchCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "NAME", description = "orders, inventory, reads or webhooks.")
  private String name;

  @Option(names = "--rounds", description = "How often all arms run in turn (5).")
  private int rounds = 5;

  @Option(names = "--seconds", description = "How long an arm runs (8).")
  private int seconds = 8;

  @Option(names = "--warm-up", description = "Seconds before the first round, per arm (40).")
  private int warmUp = 40;

  @Option(names = "--orders", description = "reads: how many orders there are (2000000).")
  private int orders = 2_000_000;

  @Option(
      names = "--report",
      paramLabel = "DIR",
      description = "orders: writes the report there, as Markdown, JSON and SVG.")
  private @Nullable Path report;

  private final LocalSystem system;
  private final Tokens tokens;

  public BenchCommand(LocalSystem system, Tokens tokens) {
    this.system = system;
    this.tokens = tokens;
  }

  @Override
  public Integer call() throws Exception {
    if (!Set.of("orders", "inventory", "reads", "webhooks").contains(name)) {
      throw new ParameterException(spec.commandLine(), "no benchmark is called " + name);
    }
    CommandLine root = spec.commandLine().getParent();
    if (root == null) {
      throw new ComponentFailed("bench runs below order-system only");
    }
    root.execute("down", "--wipe");
    PrintWriter out = spec.commandLine().getOut();
    boolean measured = false;
    try {
      boolean reached =
          switch (name) {
            case "orders" ->
                new OrdersBench(system, tokens, out).run(rounds, seconds, warmUp, report);
            case "inventory" ->
                new InventoryBench(system, tokens, out).run(rounds, seconds, warmUp);
            case "reads" ->
                new ReadsBench(system, tokens, out).run(orders, rounds, seconds, warmUp);
            default -> new WebhookBench(system, tokens, out).run(rounds, seconds, warmUp);
          };
      measured = true;
      return reached ? 0 : 1;
    } finally {
      if (measured) {
        root.execute("down", "--wipe");
      } else {
        out.println(
            "Logs and data are left for a look; the next run deletes them, or down --wipe.");
        root.execute("down");
      }
    }
  }
}
