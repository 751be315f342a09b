package io.ordersystem.devstack.cli;

import io.ordersystem.devstack.stack.Component;
import io.ordersystem.devstack.stack.LocalSystem;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code start}, {@code stop}, {@code restart} and {@code kill}: one component at a time. */
final class ProcessCommands {
  private ProcessCommands() {}

  /** The component of that name; a wrong name is a wrong call. */
  static Component component(CommandSpec spec, LocalSystem system, String name) {
    return system
        .find(name)
        .orElseThrow(() ->
            new ParameterException(
                spec.commandLine(),
                "no component is called "
                    + name
                    + "; there are "
                    + system.components().stream()
                        .map(Component::name)
                        .collect(Collectors.joining(", "))));
  }

  @Command(name = "start", description = "Start one component and wait until it is ready.")
  @SuppressWarnings("NullAway.Init") // picocli fills the annotated fields before it calls
  static final class Start implements Callable<Integer> {
    @Spec private CommandSpec spec;

    @Parameters(paramLabel = "COMPONENT")
    private String name;

    private final LocalSystem system;

    Start(LocalSystem system) {
      this.system = system;
    }

    @Override
    public Integer call() {
      component(spec, system, name).start().run();
      return 0;
    }
  }

  @Command(name = "stop", description = "Stop one component cleanly.")
  @SuppressWarnings("NullAway.Init") // picocli fills the annotated fields before it calls
  static final class Stop implements Callable<Integer> {
    @Spec private CommandSpec spec;

    @Parameters(paramLabel = "COMPONENT")
    private String name;

    private final LocalSystem system;

    Stop(LocalSystem system) {
      this.system = system;
    }

    @Override
    public Integer call() {
      component(spec, system, name).stop().run();
      return 0;
    }
  }

  @Command(
      name = "restart",
      description = {
        "Stop a component cleanly and start it again.",
        "A service of several processes is restarted one by one: the next only when the last is ready."
      })
  @SuppressWarnings("NullAway.Init") // picocli fills the annotated fields before it calls
  static final class Restart implements Callable<Integer> {
    @Spec private CommandSpec spec;

    @Parameters(paramLabel = "COMPONENT")
    private String name;

    private final LocalSystem system;

    Restart(LocalSystem system) {
      this.system = system;
    }

    @Override
    public Integer call() {
      var out = spec.commandLine().getOut();
      String first = component(spec, system, name).name();
      for (Component one : system.components()) {
        if (one.name().equals(first) || one.name().matches(Pattern.quote(first) + "-\\d")) {
          long began = System.nanoTime();
          one.stop().run();
          one.start().run();
          out.printf(
              "  %-22s again after %4.1f s%n", one.name(), (System.nanoTime() - began) / 1e9);
          out.flush();
        }
      }
      return 0;
    }
  }

  @Command(name = "kill", description = "End one component with SIGKILL, as a crash would.")
  @SuppressWarnings("NullAway.Init") // picocli fills the annotated fields before it calls
  static final class Kill implements Callable<Integer> {
    @Spec private CommandSpec spec;

    @Parameters(paramLabel = "COMPONENT")
    private String name;

    private final LocalSystem system;

    Kill(LocalSystem system) {
      this.system = system;
    }

    @Override
    public Integer call() {
      component(spec, system, name).daemon().kill();
      return 0;
    }
  }
}
