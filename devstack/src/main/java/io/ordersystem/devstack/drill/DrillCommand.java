package io.ordersystem.devstack.drill;

import io.ordersystem.devstack.client.Tokens;
import io.ordersystem.devstack.process.ComponentFailed;
import io.ordersystem.devstack.prove.Scene;
import io.ordersystem.devstack.stack.LocalSystem;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** {@code drill}: a disaster of the database while orders run, and the way out of it. */
@Command(
    name = "drill",
    description = {
      "Destroy the database on purpose while orders run, bring it back, and count what that has cost.",
      "Exit status 0 when nothing was lost that must not be, and all books are clean."
    })
@SuppressWarnings("NullAway.Init") // picocli fills the annotated field before it calls
public final class DrillCommand implements Runnable {
  @Spec private CommandSpec spec;

  /**
   * The command with its subcommands.
   *
   * @param system what is destroyed
   */
  public static CommandLine on(LocalSystem system, Tokens tokens) {
    return new CommandLine(new DrillCommand())
        .addSubcommand(new Failover(system, tokens))
        .addSubcommand(new Restore(system, tokens));
  }

  @Override
  public void run() {
    spec.commandLine().usage(spec.commandLine().getOut());
  }

  /** What both drills are told. */
  @SuppressWarnings("NullAway.Init") // picocli fills the annotated field before it calls
  private abstract static class Drill implements Callable<Integer> {
    @Spec private CommandSpec spec;

    @Option(
        names = "--short",
        description =
            "On the system that runs (up --links, and --pooler or not), few orders; keeps its data.")
    private boolean quick;

    @Option(
        names = "--pooler",
        description = "With PgBouncer between the services and the primary, as up --pooler.")
    private boolean pooler;

    private final LocalSystem system;
    private final Tokens tokens;

    Drill(LocalSystem system, Tokens tokens) {
      this.system = system;
      this.tokens = tokens;
    }

    /** Refuses a wrong call before anything is touched. */
    void understand() {}

    /** Whether it ended as it must. */
    abstract boolean ends(Scene scene, Pressure pressure) throws Exception;

    @Override
    public Integer call() throws Exception {
      var scene =
          new Scene(
              system,
              tokens,
              arguments -> orderSystem().execute(arguments),
              spec.commandLine().getOut());
      understand();
      if (quick && pooler && !system.pooled()) {
        throw new ComponentFailed("this needs a system that was started with up --links --pooler");
      }
      if (!quick
          && !scene.startsEmpty(
              pooler ? new String[] {"--links", "--pooler"} : new String[] {"--links"})) {
        return 1;
      }
      scene.links();
      long began = System.nanoTime();
      boolean well = ends(scene, quick ? Pressure.SHORT : Pressure.FULL);
      scene.say(
          "%n%s: drill %s (%.0f s)", well ? "PASSED" : "FAILED", spec.name(), Scene.seconds(began));
      return well ? 0 : 1;
    }

    private CommandLine orderSystem() {
      CommandLine drill = spec.commandLine().getParent();
      if (drill == null || drill.getParent() == null) {
        throw new ComponentFailed("a drill runs below order-system only");
      }
      return drill.getParent();
    }
  }

  /** {@code drill failover}. */
  @Command(
      name = "failover",
      description = {
        "Kill the primary with -9 while orders run and promote the replica.",
        "By default replicated synchronously: no acknowledged order may be lost, no process may need a restart."
      })
  static final class Failover extends Drill {
    @Option(
        names = "--asynchronous",
        description =
            "Replicate as the local system does otherwise, with the replica so far behind (2s): prints what is lost, and mends what follows.",
        arity = "0..1",
        fallbackValue = "2s",
        converter = Seconds.class,
        paramLabel = "BEHIND")
    private @Nullable Duration behind;

    Failover(LocalSystem system, Tokens tokens) {
      super(system, tokens);
    }

    @Override
    boolean ends(Scene scene, Pressure pressure) throws Exception {
      return new FailoverDrill(scene, pressure).run(behind);
    }
  }

  /** {@code drill restore}. */
  @Command(
      name = "restore",
      description = {
        "Take a base backup, archive the log, both encrypted, destroy the primary's data while orders run, and restore them to a time.",
        "What came after that time is lost, is named, and has no effects any more."
      })
  static final class Restore extends Drill {
    @Option(
        names = "--to",
        required = true,
        paramLabel = "TIME",
        description =
            "So long before the data are destroyed, such as 5s; or a time (RFC 3339, UTC) after the base backup, which is waited for.")
    private String to;

    Restore(LocalSystem system, Tokens tokens) {
      super(system, tokens);
    }

    @Override
    void understand() {
      target();
    }

    @Override
    boolean ends(Scene scene, Pressure pressure) throws Exception {
      return new RestoreDrill(scene, pressure).run(target());
    }

    private RestoreDrill.Target target() {
      try {
        return to.matches("\\d+s")
            ? RestoreDrill.Target.before(new Seconds().convert(to))
            : RestoreDrill.Target.at(Instant.parse(to));
      } catch (DateTimeParseException | TypeConversionException e) {
        throw new CommandLine.ParameterException(
            new CommandLine(this),
            "--to must be 1s to 60s, or a time such as 2026-11-27T10:00:00Z");
      }
    }
  }

  /** {@code 5s}, a minute at most. */
  static final class Seconds implements ITypeConverter<Duration> {
    @Override
    public Duration convert(String value) {
      if (!value.matches("([1-9]|[1-5]\\d|60)s")) {
        throw new TypeConversionException("'%s' is not from 1s to 60s".formatted(value));
      }
      return Duration.parse("PT" + value);
    }
  }
}
