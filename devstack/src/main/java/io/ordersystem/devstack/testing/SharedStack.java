package io.ordersystem.devstack.testing;

import io.ordersystem.devstack.kafka.KafkaBroker;
import io.ordersystem.devstack.postgres.PostgresCluster;
import io.ordersystem.devstack.process.Daemon;
import io.ordersystem.devstack.process.Parallel;
import io.ordersystem.devstack.process.PidFile;
import io.ordersystem.devstack.process.ProcessIdentity;
import io.ordersystem.devstack.process.StateDirectory;
import io.ordersystem.devstack.token.LocalKeys;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationTargetException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The one stack of a test JVM: started by whoever asks first, ended with the JVM. A JVM that was
 * killed leaves its stack behind; the next one in the same module ends it.
 */
public final class SharedStack {
  private static final Path ROOT = Path.of("target/devstack-test");
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final String OWNER = "owner.pid";

  private static @Nullable TestEnvironment environment;
  private static @Nullable RuntimeException failure;

  private SharedStack() {}

  /**
   * Where the stack is, as text. Quarkus loads test resources and tests by class loaders of its own
   * that come and go, so all of them ask the one copy of this class that lives as long as the JVM.
   */
  static String startedOnce() {
    try {
      return (String)
          Class.forName(SharedStack.class.getName(), true, ClassLoader.getSystemClassLoader())
              .getMethod("environmentOfThisJvm")
              .invoke(null);
    } catch (InvocationTargetException e) {
      throw new IllegalStateException("the test stack did not start: " + e.getCause(), e);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Only for {@link #startedOnce}, across class loaders. */
  public static synchronized String environmentOfThisJvm() {
    if (failure != null) {
      throw failure; // a second try would cost each further test the whole deadline
    }
    var known = environment;
    if (known == null) {
      try {
        known = start();
      } catch (RuntimeException e) {
        failure = new IllegalStateException("the test stack did not start", e);
        throw failure;
      }
      environment = known;
    }
    return known.text();
  }

  private static TestEnvironment start() {
    var thread = Thread.currentThread();
    var context = thread.getContextClassLoader();
    // Kafka's client loads its parts by the context, and those must be of this class loader.
    thread.setContextClassLoader(SharedStack.class.getClassLoader());
    try {
      endStacksOfDeadOwners();
      var self = ProcessIdentity.of(ProcessHandle.current().pid()).orElseThrow();
      var state = new StateDirectory(ROOT.resolve(Long.toString(self.pid())));
      new PidFile(state.root().resolve(OWNER)).write(self);
      var started = TestEnvironment.onFreePorts(state);
      Runtime.getRuntime().addShutdownHook(new Thread(() -> end(state), "devstack-end"));
      startComponents(started);
      return started;
    } finally {
      thread.setContextClassLoader(context);
    }
  }

  private static void startComponents(TestEnvironment environment) {
    var state = environment.state();
    Parallel.run(
        List.of(
            () -> new PostgresCluster(state, environment.postgres(), environment.replica()).start(),
            () ->
                new KafkaBroker(state, environment.kafka(), environment.kafkaController()).start(),
            () -> LocalKeys.in(state).publicKey()));
  }

  private static void endStacksOfDeadOwners() {
    if (!Files.isDirectory(ROOT)) {
      return;
    }
    try (var stacks = Files.list(ROOT)) {
      // One without a name in it is just being made, by a JVM that tests this module, too.
      stacks
          .filter(stack -> Files.exists(stack.resolve(OWNER)))
          .filter(stack -> new PidFile(stack.resolve(OWNER)).owner().isEmpty())
          .forEach(stack -> end(new StateDirectory(stack)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  // Nobody wants the data any more, so nothing is asked to write it down.
  private static void end(StateDirectory state) {
    for (var name : state.components()) {
      if (name.startsWith(PostgresCluster.PRIMARY)) {
        new Daemon(name, state).stop("QUIT", PATIENCE);
      } else {
        new Daemon(name, state).kill();
      }
    }
    if (!Boolean.getBoolean("order-system.keep-test-state")) {
      state.wipe();
    }
  }
}
