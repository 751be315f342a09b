package io.ordersystem.devstack.stack;

import io.ordersystem.devstack.process.Await;
import io.ordersystem.devstack.process.ComponentFailed;
import io.ordersystem.devstack.process.Daemon;
import io.ordersystem.devstack.process.Jvm;
import io.ordersystem.devstack.process.Launch;
import io.ordersystem.devstack.process.Ports;
import io.ordersystem.devstack.process.StateDirectory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** A main class of ours in a small JVM of its own; ready when its ports answer. */
public final class HelperProcess {
  private static final Duration READY = Duration.ofSeconds(30);
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final Daemon daemon;
  private final StateDirectory state;
  private final Class<?> main;
  private final List<Integer> ports;
  private final Supplier<List<String>> arguments;

  /**
   * Nothing is started yet.
   *
   * @param ports where it will listen
   * @param arguments asked for at each start
   */
  public HelperProcess(
      String name,
      StateDirectory state,
      Class<?> main,
      List<Integer> ports,
      Supplier<List<String>> arguments) {
    this.daemon = new Daemon(name, state);
    this.state = state;
    this.main = main;
    this.ports = List.copyOf(ports);
    this.arguments = arguments;
  }

  /** Starts the process unless it runs, and returns when all its ports answer. */
  public void start() {
    if (daemon.running().isEmpty()) {
      var command =
          new ArrayList<>(
              List.of(
                  Jvm.java(),
                  // At the most: it grows with the payments of a long benchmark. By its Limits the
                  // sandbox takes 115,797 then.
                  "-Xmx384m",
                  "-XX:+UseSerialGC",
                  "-XX:TieredStopAtLevel=1",
                  "-Xshare:auto",
                  "-XX:ReservedCodeCacheSize=32m",
                  "--sun-misc-unsafe-memory-access=allow",
                  "--enable-native-access=ALL-UNNAMED",
                  "-cp",
                  Jvm.helperClassPath(),
                  main.getName()));
      command.addAll(arguments.get());
      daemon.start(Launch.of(state.root(), command));
    }
    Await.within(READY, () -> daemon.running().isEmpty() || answers());
    if (!healthy()) {
      throw new ComponentFailed(
          daemon.name() + " did not start\n" + String.join("\n", daemon.lastLog(15)));
    }
  }

  /** Whether the process runs and all its ports answer. */
  public boolean healthy() {
    return daemon.running().isPresent() && answers();
  }

  /** Ends the process cleanly. */
  public void stop() {
    daemon.stop("TERM", PATIENCE);
  }

  public Daemon daemon() {
    return daemon;
  }

  private boolean answers() {
    return ports.stream().allMatch(Ports::answers);
  }
}
