package io.ordersystem.devstack.cli;

import io.ordersystem.devstack.prometheus.PrometheusBinary;
import io.ordersystem.devstack.stack.LocalPort;
import io.ordersystem.devstack.stack.LocalSystem;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code up}: starts what does not run yet. */
@Command(name = "up", description = "Start everything that does not run yet, and leave it running.")
@SuppressWarnings("NullAway.Init") // picocli fills the annotated field before it calls
final class UpCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(
      names = "--links",
      description = "Put links between the services and what they stand on, for the command link.")
  private boolean links;

  @Option(
      names = "--observe",
      description =
          "Keep the traces of all requests, and let a Prometheus watch, by the rules of the chart.")
  private boolean observe;

  @Option(
      names = "--pooler",
      description =
          "Put PgBouncer between the primary and the services that are started from now on: the one that PGBOUNCER names, or the installed one.")
  private boolean pooler;

  @Option(
      names = "--replicas",
      description =
          "How many processes of each service stand behind the gateway, 1 or 2. Stays until down.")
  private @Nullable Integer replicas;

  private final LocalSystem system;

  UpCommand(LocalSystem system) {
    this.system = system;
  }

  @Override
  public Integer call() {
    if (links) {
      system.link(true);
    }
    if (pooler) {
      system.pool(true);
    }
    if (replicas != null) {
      system.replicate(replicas);
    }
    if (observe) {
      observe(system, spec.commandLine().getOut());
    }
    start();
    PrintWriter out = spec.commandLine().getOut();
    out.println();
    out.println("  gateway        " + LocalPort.GATEWAY.url());
    out.println("  mails          " + system.state().root().resolve("mail"));
    out.println("  logs           ./order-system logs order-service");
    out.println("  health         " + LocalPort.ORDER_MANAGEMENT.url() + "/q/health");
    if (system.traced()) {
      out.println("  traces         ./order-system trace ORDER_ID");
    }
    if (system.observed()) {
      out.println(
          "  prometheus     " + LocalPort.PROMETHEUS.url() + ", what fires: /api/v1/alerts");
    }
    out.println();
    out.println("Offer something, then order it (the answer waits until the order is CONFIRMED):");
    out.println();
    out.println(Examples.offer());
    out.println(Examples.order());
    out.flush();
    return 0;
  }

  /** Adds a Prometheus, or says how to get one: the system is as good without it. */
  static void observe(LocalSystem system, PrintWriter out) {
    if (!system.observe()) {
      out.println(PrometheusBinary.HOW_TO_GET);
      out.println();
    }
  }

  /** Starts everything, saying what becomes ready. */
  void start() {
    PrintWriter out = spec.commandLine().getOut();
    long began = System.nanoTime();
    out.println("Starting the order system (state in " + system.state().root() + ")");
    system.up(line -> {
      out.println(line);
      out.flush();
    });
    out.printf("Ready after %.1f s.%n", (System.nanoTime() - began) / 1e9);
    out.flush();
  }
}
