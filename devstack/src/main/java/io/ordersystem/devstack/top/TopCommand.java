package io.ordersystem.devstack.top;

import io.ordersystem.devstack.postgres.ReadOnlyLogin;
import io.ordersystem.devstack.stack.LocalSystem;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * {@code top}: what the running system does, again and again. Exit status 1 when somebody did not
 * answer for the last frame.
 */
@Command(
    name = "top",
    description = {
      "Show live figures of the running system: orders, payments, stock, consumers, processes.",
      "Rates and quantiles are of the time between two frames; ≤ is said where only a bound is known."
    },
    sortOptions = false)
@SuppressWarnings("NullAway.Init") // picocli fills the annotated fields before it calls
public final class TopCommand implements Callable<Integer> {
  private static final int SOMEBODY_SILENT = 1;
  private static final double SHORTEST = 0.5;
  private static final double LONGEST = TimeUnit.HOURS.toSeconds(1);

  @Spec private CommandSpec spec;

  @Option(
      names = "--every",
      paramLabel = "SECONDS",
      description = "Between two frames, 0.5 to 3600 (2).")
  private double every = 2;

  @Option(names = "--once", description = "One frame, as --rounds 1.")
  private boolean once;

  @Option(
      names = "--rounds",
      paramLabel = "N",
      description = "So many frames; without it until it is interrupted.")
  private @Nullable Integer rounds;

  private final Supplier<Observation> look;
  private final Screens screens;

  /** Makes the screen for frames that replace each other, or for a single one. */
  @FunctionalInterface
  interface Screens {
    Screen screen(CommandSpec spec, boolean replacing);
  }

  /**
   * The command on the system of this machine.
   *
   * @param database the primary, as a role that may read the schemas of the services
   */
  public TopCommand(LocalSystem system, Supplier<ReadOnlyLogin> database) {
    this(
        new Look(system, new HotOffers(database), Clock.systemUTC()),
        (spec, replacing) ->
            new Screen(
                spec.commandLine().getOut(), replacing && Screen.isTerminal(), Screen::rows));
  }

  TopCommand(Supplier<Observation> look, Screens screens) {
    this.look = look;
    this.screens = screens;
  }

  @Override
  public Integer call() {
    if (!(every >= SHORTEST && every <= LONGEST)) {
      throw new ParameterException(
          spec.commandLine(), "--every must be 0.5 to 3600 seconds, was " + every);
    }
    if (rounds != null && (once || rounds < 1)) {
      throw new ParameterException(
          spec.commandLine(), "--rounds must be 1 or more, and is not for --once");
    }
    long wanted = once ? 1 : rounds == null ? Long.MAX_VALUE : rounds;
    return show(screens.screen(spec, wanted > 1), wanted);
  }

  private int show(Screen screen, long wanted) {
    Observation before = look.get();
    try {
      for (long shown = 0; shown < wanted; shown++) {
        Thread.sleep(Duration.ofMillis(Math.round(every * TimeUnit.SECONDS.toMillis(1))));
        Observation now = look.get();
        screen.show(Frame.of(before, now));
        before = now;
      }
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
    return before.complete() ? ExitCode.OK : SOMEBODY_SILENT;
  }
}
