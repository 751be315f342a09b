package io.ordersystem.devstack.data;

import io.ordersystem.devstack.postgres.Database;
import io.ordersystem.devstack.process.ComponentFailed;
import io.ordersystem.devstack.stack.Component;
import io.ordersystem.devstack.stack.LocalPort;
import io.ordersystem.devstack.stack.LocalSystem;
import java.io.PrintWriter;
import java.sql.SQLException;
import java.time.Clock;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code data}: data for benchmarks. */
@Command(name = "data", description = "Data for benchmarks: fill.")
@SuppressWarnings("NullAway.Init") // picocli fills the annotated field before it calls
public final class DataCommand implements Runnable {
  /** The command with its subcommand. */
  public static picocli.CommandLine on(LocalSystem system) {
    return new picocli.CommandLine(new DataCommand()).addSubcommand(new FillCommand(system));
  }

  @Spec private CommandSpec spec;

  @Override
  public void run() {
    spec.commandLine().usage(spec.commandLine().getOut());
  }

  /** {@code data fill}. */
  @Command(
      name = "fill",
      description = {
        "Write old orders straight into the tables of the system that runs; what is there stays.",
        "They have ended, but for some of the newest month, and check holds afterwards.",
        "The same options make the same orders all day: a second fill wants another --seed."
      })
  static final class FillCommand implements Callable<Integer> {
    @Spec private CommandSpec spec;

    @Option(names = "--orders", required = true, description = "How many, children not counted.")
    private int orders;

    @Option(names = "--months", description = "Over how many months (24).")
    private int months = 24;

    @Option(names = "--customers", description = "How many customers (a tenth of the orders).")
    private @Nullable Integer customers;

    @Option(names = "--sellers", description = "How many sellers (one per 2,000 orders).")
    private @Nullable Integer sellers;

    @Option(names = "--seed", description = "Another one makes other orders (1).")
    private long seed = 1;

    private final LocalSystem system;

    FillCommand(LocalSystem system) {
      this.system = system;
    }

    @Override
    public Integer call() throws SQLException {
      requireRunning();
      FillPlan usual = FillPlan.of(orders, months, seed);
      var plan =
          new FillPlan(
              orders,
              months,
              customers == null ? usual.customers() : customers,
              sellers == null ? usual.sellers() : sellers,
              seed);
      PrintWriter out = spec.commandLine().getOut();
      long began = System.nanoTime();
      fill(
          plan,
          line -> {
            out.println(line);
            out.flush();
          });
      out.printf("Filled in %.0f s.%n", (System.nanoTime() - began) / 1e9);
      out.flush();
      return 0;
    }

    private static void fill(FillPlan plan, java.util.function.Consumer<String> progress)
        throws SQLException {
      try {
        new Fill(new Database(LocalPort.POSTGRES.number()), Clock.systemUTC(), progress).run(plan);
      } catch (CopyRows.CopyFailed e) {
        throw refused(e.sql());
      } catch (SQLException e) {
        throw refused(e);
      }
    }

    private static ComponentFailed refused(SQLException e) {
      String hint =
          "23505".equals(e.getSQLState())
              ? "; these orders were filled before: another --seed makes others"
              : "";
      return new ComponentFailed("the fill was refused: " + e.getMessage() + hint, e);
    }

    /** The services have made their tables, and the replica is there to follow. */
    private void requireRunning() {
      for (Component component : system.components()) {
        if (component.daemon().running().isEmpty() || !component.healthy().getAsBoolean()) {
          throw new ComponentFailed(component.name() + " is not up: ./order-system up");
        }
      }
    }
  }
}
