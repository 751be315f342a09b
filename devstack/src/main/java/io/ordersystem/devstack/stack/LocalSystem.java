package io.ordersystem.devstack.stack;

import io.ordersystem.devstack.edge.Edge;
import io.ordersystem.devstack.kafka.KafkaBroker;
import io.ordersystem.devstack.postgres.PostgresCluster;
import io.ordersystem.devstack.process.Await;
import io.ordersystem.devstack.process.ComponentFailed;
import io.ordersystem.devstack.process.Daemon;
import io.ordersystem.devstack.process.Parallel;
import io.ordersystem.devstack.process.Ports;
import io.ordersystem.devstack.process.StateDirectory;
import io.ordersystem.devstack.redis.RedisServer;
import io.ordersystem.devstack.sandbox.PaymentSandbox;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * The whole system on this machine. Every component is a process of its own that outlives the
 * launcher; what runs is known by identity files, so a launcher that was killed half-way is simply
 * followed by the next one.
 */
public final class LocalSystem {
  /** What the sandbox signs its webhooks with. */
  static final String WEBHOOK_SECRET = "whsec_local";

  private final StateDirectory state;
  private final List<Component> backing;
  private final List<Component> services;

  /**
   * The system of a checkout.
   *
   * @param root the checkout, with the services' packaged jars
   */
  public LocalSystem(Path root, StateDirectory state) {
    this.state = state;
    var cluster =
        new PostgresCluster(state, LocalPort.POSTGRES.number(), LocalPort.REPLICA.number());
    var kafka =
        new KafkaBroker(state, LocalPort.KAFKA.number(), LocalPort.KAFKA_CONTROLLER.number());
    var redis = new RedisServer(state, LocalPort.REDIS.number());
    backing =
        List.of(
            new Component(
                new Daemon(PostgresCluster.PRIMARY, state),
                List.of(LocalPort.POSTGRES),
                cluster::start,
                cluster::primaryHealthy,
                cluster::stopPrimary),
            new Component(
                new Daemon(PostgresCluster.REPLICA, state),
                List.of(LocalPort.REPLICA),
                cluster::start,
                cluster::replicaHealthy,
                cluster::stopReplica),
            new Component(
                kafka.daemon(),
                List.of(LocalPort.KAFKA, LocalPort.KAFKA_CONTROLLER),
                kafka::start,
                kafka::healthy,
                kafka::stop),
            new Component(
                new Daemon(RedisServer.NAME, state),
                List.of(LocalPort.REDIS),
                redis::start,
                redis::healthy,
                redis::stop),
            helper("sandbox", List.of(LocalPort.SANDBOX), PaymentSandbox.class, sandboxArguments()),
            helper(
                "edge", List.of(LocalPort.GATEWAY, LocalPort.SMTP), Edge.class, edgeArguments()));
    services =
        Stream.of(
                new ServiceProcess(
                    "order", LocalPort.ORDER, LocalPort.ORDER_MANAGEMENT, state, root),
                new ServiceProcess(
                    "inventory", LocalPort.INVENTORY, LocalPort.INVENTORY_MANAGEMENT, state, root),
                new ServiceProcess(
                    "payment", LocalPort.PAYMENT, LocalPort.PAYMENT_MANAGEMENT, state, root),
                new ServiceProcess(
                    "notification",
                    LocalPort.NOTIFICATION,
                    LocalPort.NOTIFICATION_MANAGEMENT,
                    state,
                    root))
            .map(ServiceProcess::component)
            .toList();
  }

  public StateDirectory state() {
    return state;
  }

  /** Every component, in the order in which they are started. */
  public List<Component> components() {
    return Stream.concat(backing.stream(), services.stream()).toList();
  }

  /** The component of that name; {@code order} is short for {@code order-service}. */
  public Optional<Component> find(String name) {
    return components().stream()
        .filter(component ->
            component.name().equals(name) || component.name().equals(name + "-service"))
        .findFirst();
  }

  /**
   * Starts what does not run.
   *
   * @param progress gets a line per component
   * @throws ComponentFailed when a port is somebody else's, before anything is started; or when a
   *     component does not get ready, with the end of its log
   */
  public void up(Consumer<String> progress) {
    refuseForeignPorts();
    reap(progress);
    Parallel.run(
        List.of(
            start(backing.get(0), progress),
            start(backing.get(2), progress),
            start(backing.get(3), progress),
            start(backing.get(4), progress),
            start(backing.get(5), progress)));
    Parallel.run(services.stream().map(service -> start(service, progress)).toList());
  }

  /** Stops everything, services first, data kept. */
  public void down(Consumer<String> progress) {
    Parallel.run(services.stream().map(service -> stop(service, progress)).toList());
    Parallel.run(
        Stream.of(backing.get(2), backing.get(3), backing.get(4), backing.get(5))
            .map(component -> stop(component, progress))
            .toList());
    // The replica first: it then has everything when the primary stops.
    stop(backing.get(1), progress).run();
    stop(backing.get(0), progress).run();
  }

  private static Runnable start(Component component, Consumer<String> progress) {
    return () -> {
      long began = System.nanoTime();
      component.start().run();
      progress.accept(
          "  %-22s ready after %4.1f s"
              .formatted(component.name(), (System.nanoTime() - began) / 1e9));
    };
  }

  private static Runnable stop(Component component, Consumer<String> progress) {
    return () -> {
      if (component.daemon().running().isPresent()) {
        component.stop().run();
        progress.accept("  %-22s stopped".formatted(component.name()));
      }
    };
  }

  /**
   * A component that runs without answering is half dead: ended, so that it can be started again.
   */
  private void reap(Consumer<String> progress) {
    for (Component component : components()) {
      if (component.daemon().running().isPresent()
          && !Await.within(Duration.ofSeconds(5), component.healthy())) {
        progress.accept("  %-22s did not answer and is started again".formatted(component.name()));
        component.stop().run();
      }
    }
  }

  private void refuseForeignPorts() {
    var taken = new ArrayList<String>();
    for (Component component : components()) {
      if (component.daemon().running().isPresent()) {
        continue;
      }
      for (LocalPort port : component.ports()) {
        if (Ports.taken(port.number())) {
          taken.add(
              "port %d (%s) is taken%s; free it, or set %s"
                  .formatted(
                      port.number(),
                      component.name(),
                      Ports.owner(port.number()).map(owner -> " by " + owner).orElse(""),
                      port.variable()));
        }
      }
    }
    if (!taken.isEmpty()) {
      throw new ComponentFailed(String.join("\n", taken));
    }
  }

  private Component helper(
      String name, List<LocalPort> ports, Class<?> main, List<String> arguments) {
    var process =
        new HelperProcess(
            name, state, main, ports.stream().map(LocalPort::number).toList(), arguments);
    return new Component(process.daemon(), ports, process::start, process::healthy, process::stop);
  }

  private List<String> sandboxArguments() {
    return List.of(
        "--port",
        Integer.toString(LocalPort.SANDBOX.number()),
        "--data",
        state.data("sandbox").toString(),
        "--webhook-url",
        LocalPort.PAYMENT.url() + "/api/payments/webhooks/stripe",
        "--webhook-secret",
        WEBHOOK_SECRET);
  }

  private List<String> edgeArguments() {
    var arguments =
        new ArrayList<>(
            List.of(
                "--port",
                Integer.toString(LocalPort.GATEWAY.number()),
                "--smtp-port",
                Integer.toString(LocalPort.SMTP.number()),
                "--mail",
                state.data("mail").toString()));
    Map.of(
            "/api/orders", LocalPort.ORDER,
            "/api/sellers", LocalPort.ORDER,
            "/api/inventory", LocalPort.INVENTORY,
            "/api/payments", LocalPort.PAYMENT,
            "/api/notifications", LocalPort.NOTIFICATION)
        .forEach((path, port) -> {
          arguments.add("--route");
          arguments.add(path + "=" + port.number());
        });
    return arguments;
  }
}
