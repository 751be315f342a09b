package io.ordersystem.devstack.stack;

import io.ordersystem.devstack.edge.Edge;
import io.ordersystem.devstack.kafka.KafkaBroker;
import io.ordersystem.devstack.link.Links;
import io.ordersystem.devstack.postgres.PgBouncer;
import io.ordersystem.devstack.postgres.PostgresCluster;
import io.ordersystem.devstack.process.Await;
import io.ordersystem.devstack.process.ComponentFailed;
import io.ordersystem.devstack.process.Daemon;
import io.ordersystem.devstack.process.Parallel;
import io.ordersystem.devstack.process.Ports;
import io.ordersystem.devstack.process.StateDirectory;
import io.ordersystem.devstack.prometheus.PrometheusBinary;
import io.ordersystem.devstack.prometheus.PrometheusServer;
import io.ordersystem.devstack.redis.RedisServer;
import io.ordersystem.devstack.sandbox.PaymentSandbox;
import io.ordersystem.devstack.traces.TraceSink;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The whole system on this machine. Every component is a process of its own that outlives the
 * launcher; what runs is known by identity files, so a launcher that was killed half-way is simply
 * followed by the next one.
 */
public final class LocalSystem {
  /** What the sandbox signs its webhooks with. */
  static final String WEBHOOK_SECRET = "whsec_local";

  private static final List<LocalPort> LINKS =
      List.of(
          LocalPort.LINKS,
          LocalPort.LINK_POSTGRES,
          LocalPort.LINK_REPLICA,
          LocalPort.LINK_KAFKA,
          LocalPort.LINK_REDIS,
          LocalPort.LINK_PROVIDER);

  /** The optimising compiler, and a heap as small as the work needs it. */
  private static final String MEASURED =
      "-Xms%1$dm -Xmx%1$dm -XX:+UseSerialGC -XX:+UseCompactObjectHeaders -XX:ReservedCodeCacheSize=64m -XX:MaxDirectMemorySize=48m"
          + " -Xss512k --enable-native-access=ALL-UNNAMED";

  /** MiB of heap that a reservation needs. */
  private static final int RESERVING_HEAP = 96;

  /** Sessions that the pooler has for each service: fewer than a service's own pool would open. */
  private static final int POOLED_SESSIONS = 8;

  /** How long a process that runs may take to answer before it counts as half dead. */
  private static final Duration BACKING_PATIENCE = Duration.ofSeconds(5);

  /** Longer: a service whose database has just come back needs a moment to notice. */
  private static final Duration SERVICE_PATIENCE = Duration.ofSeconds(20);

  private final Path root;
  private final StateDirectory state;
  private final KafkaBroker kafka;
  private final PostgresCluster cluster;
  private final List<Component> backing;
  private final Component links;
  private final Component traces;
  private final Supplier<Optional<Path>> observer;

  /**
   * The system of a checkout.
   *
   * @param root the checkout, with the services' packaged jars
   */
  public LocalSystem(Path root, StateDirectory state) {
    this(root, state, PrometheusBinary::find);
  }

  /**
   * The same with a Prometheus from elsewhere.
   *
   * @param observer its binary, if there is one
   */
  public LocalSystem(Path root, StateDirectory state, Supplier<Optional<Path>> observer) {
    this.root = root;
    this.state = state;
    cluster = new PostgresCluster(state, LocalPort.POSTGRES.number(), LocalPort.REPLICA.number());
    kafka =
        new KafkaBroker(
            state,
            LocalPort.KAFKA.number(),
            LocalPort.KAFKA_CONTROLLER.number(),
            new KafkaBroker.Link(LocalPort.KAFKA_LINKED.number(), LocalPort.LINK_KAFKA.number()));
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
                List.of(LocalPort.KAFKA, LocalPort.KAFKA_CONTROLLER, LocalPort.KAFKA_LINKED),
                kafka::start,
                kafka::healthy,
                kafka::stop),
            new Component(
                new Daemon(RedisServer.NAME, state),
                List.of(LocalPort.REDIS),
                redis::start,
                redis::healthy,
                redis::stop),
            helper(
                "sandbox",
                List.of(LocalPort.SANDBOX),
                PaymentSandbox.class,
                this::sandboxArguments),
            helper(
                "edge",
                List.of(LocalPort.GATEWAY, LocalPort.SMTP),
                Edge.class,
                this::edgeArguments));
    links = helper("links", LINKS, Links.class, LocalSystem::linksArguments);
    traces = helper("traces", List.of(LocalPort.TRACES), TraceSink.class, this::tracesArguments);
    this.observer = observer;
  }

  private Component observer() {
    var prometheus = prometheus();
    return new Component(
        prometheus.daemon(),
        List.of(LocalPort.PROMETHEUS),
        prometheus::start,
        prometheus::healthy,
        prometheus::stop);
  }

  private Component pooler() {
    var pooler =
        new PgBouncer(state, LocalPort.POOLER.number(), backing().postgres(), POOLED_SESSIONS);
    return new Component(
        new Daemon(PgBouncer.NAME, state),
        List.of(LocalPort.POOLER),
        pooler::start,
        pooler::healthy,
        pooler::stop);
  }

  private PrometheusServer prometheus() {
    return new PrometheusServer(
        state,
        LocalPort.PROMETHEUS.number(),
        root.resolve("helm/order-system/files/alerts"),
        services(replicas()).stream().map(service -> service.ports().getLast().number()).toList(),
        observer);
  }

  /** The first so many processes of each service, the first of each first. */
  private List<Component> services(int count) {
    return IntStream.range(0, count)
        .boxed()
        .flatMap(
            number -> Arrays.stream(LocalService.values()).map(service -> service(service, number)))
        .toList();
  }

  private Component service(LocalService service, int number) {
    var instance = service.instance(number);
    return new ServiceProcess(
            service.shortName(),
            number,
            instance.http().number(),
            instance.management().number(),
            backing(),
            state,
            root)
        .component(instance.http(), instance.management());
  }

  /**
   * A further process of a service beside the one that the gateway knows. It is not one of {@link
   * #components}: whoever starts it stops it.
   *
   * @param instance 1 or more
   */
  public Component further(String service, int instance, int port, int management) {
    return new ServiceProcess(service, instance, port, management, backing(), state, root)
        .component();
  }

  /**
   * A process of a module as in production, with the optimising compiler, for a benchmark. Whoever
   * starts it stops it.
   *
   * @param service whose role in the database and whose keys it has
   */
  public Component measured(String module, String service, int port, int management) {
    return measured(module, service, port, management, new Setup(0, RESERVING_HEAP, Map.of()));
  }

  /**
   * How a measured process differs from others of its module.
   *
   * @param instance 0 when it is the only one
   * @param heap in MiB
   * @param environment what it is told besides
   */
  public record Setup(int instance, int heap, Map<String, String> environment) {}

  /** The same in a setup of its own. */
  public Component measured(String module, String service, int port, int management, Setup setup) {
    var process =
        new ServiceProcess(
            module,
            service,
            setup.instance(),
            port,
            management,
            backing(),
            state,
            root,
            MEASURED.formatted(setup.heap()));
    process.tell(setup.environment());
    return process.component();
  }

  /** The packaged application of a service. */
  public Path application(String service) {
    return root.resolve(service + "-service").resolve("target/quarkus-app");
  }

  private Backing backing() {
    return new Backing(this::linked, this::pooled, this::traced, () -> replicas() > 1);
  }

  /** From its next start on the broker is compiled like {@link #measured} services. */
  public void measureBroker() {
    kafka.compileFully();
  }

  /** Whether services reach what they stand on over links that can be broken. */
  public boolean linked() {
    return Files.exists(linkMarker());
  }

  /** Chooses the way; holds for what is started from now on, until {@link #down}. */
  public void link(boolean wanted) {
    mark(linkMarker(), wanted);
  }

  // Remembered beside the pid files, so that each later command starts a service the same way.
  private Path linkMarker() {
    return state.data("run").resolve("linked");
  }

  /** Whether services reach the primary over a pooler of connections. */
  public boolean pooled() {
    return Files.exists(pooledMarker());
  }

  /**
   * Chooses it; holds for what is started from now on, until {@link #down}.
   *
   * @throws ComponentFailed when there is no pooler to start
   */
  public void pool(boolean wanted) {
    if (wanted) {
      PgBouncer.neededProgram();
    }
    mark(pooledMarker(), wanted);
  }

  private Path pooledMarker() {
    return state.data("run").resolve("pooled");
  }

  /** Whether a Prometheus is part of the system. */
  public boolean observed() {
    return Files.exists(observedMarker());
  }

  /**
   * Makes what takes in traces part of the system from the next {@link #up} on, until {@link
   * #down}, and a Prometheus if it is installed.
   *
   * @return false when no Prometheus is installed, and then none is part of it
   */
  public boolean observe() {
    mark(tracedMarker(), true);
    boolean installed = prometheus().installed();
    mark(observedMarker(), installed);
    return installed;
  }

  /** Whether services that are started send their traces, all of them. */
  public boolean traced() {
    return Files.exists(tracedMarker());
  }

  private Path tracedMarker() {
    return state.data("run").resolve("traced");
  }

  /** Where traces are kept: a JSON line per span. */
  public Path spans() {
    return state.data("traces").resolve("spans.jsonl");
  }

  private Path observedMarker() {
    return state.data("run").resolve("observed");
  }

  /** How many instances of each service there are. */
  public int replicas() {
    try {
      return Files.exists(replicasMarker())
          ? Integer.parseInt(Files.readString(replicasMarker()).strip())
          : 1;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Chooses how many instances of each service there are from the next {@link #up} on, until {@link
   * #down}. What runs and has been told of another number is stopped for that.
   *
   * @throws IllegalArgumentException unless from 1 to {@link LocalService#MOST_INSTANCES}
   */
  public void replicate(int wanted) {
    if (wanted < 1 || wanted > LocalService.MOST_INSTANCES) {
      throw new IllegalArgumentException(
          "%d instances of each service: there is place for 1 to %d"
              .formatted(wanted, LocalService.MOST_INSTANCES));
    }
    int before = replicas();
    if (wanted == before) {
      return;
    }
    // Who calls a service, and everybody who is to end at leisure, knows how many there are.
    var told = new ArrayList<>(services(before));
    told.addAll(List.of(backing.get(4), backing.get(5), observer()));
    Parallel.run(told.stream().map(component -> stop(component, line -> {})).toList());
    try {
      Files.writeString(replicasMarker(), Integer.toString(wanted));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Path replicasMarker() {
    return state.data("run").resolve("replicas");
  }

  private static void mark(Path marker, boolean wanted) {
    try {
      if (wanted) {
        Files.writeString(marker, "");
      } else {
        Files.deleteIfExists(marker);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Primary and replica. */
  public PostgresCluster postgres() {
    return cluster;
  }

  public StateDirectory state() {
    return state;
  }

  /** Every component, in the order in which they are started. */
  public List<Component> components() {
    return Stream.of(
            backing.stream(),
            linked() ? Stream.of(links) : Stream.<Component>empty(),
            pooled() ? Stream.of(pooler()) : Stream.<Component>empty(),
            traced() ? Stream.of(traces) : Stream.<Component>empty(),
            services(replicas()).stream(),
            observed() ? Stream.of(observer()) : Stream.<Component>empty())
        .flatMap(part -> part)
        .toList();
  }

  /**
   * The component of that name; {@code order} is short for {@code order-service}, and {@code
   * order-1} for {@code order-service-1}.
   */
  public Optional<Component> find(String name) {
    var wanted = LocalService.named(name);
    return components().stream()
        .filter(component ->
            component.name().equals(name)
                || wanted.filter(it -> component.ports().contains(it.http())).isPresent())
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
    reap(backing, BACKING_PATIENCE, progress);
    Parallel.run(
        List.of(
            start(backing.get(0), progress),
            start(backing.get(2), progress),
            start(backing.get(3), progress),
            start(backing.get(4), progress),
            start(backing.get(5), progress)));
    if (linked()) {
      start(links, progress).run();
    }
    if (pooled()) {
      reap(List.of(pooler()), BACKING_PATIENCE, progress);
      start(pooler(), progress).run();
    }
    if (traced()) {
      start(traces, progress).run();
    }
    // Only now: a service is not half dead because what it stands on was away.
    for (int number = 0; number < replicas(); number++) {
      int instance = number;
      // The second ones later: two cores start four processes at a time well enough.
      var services =
          Arrays.stream(LocalService.values()).map(service -> service(service, instance)).toList();
      reap(services, SERVICE_PATIENCE, progress);
      Parallel.run(services.stream().map(service -> start(service, progress)).toList());
    }
    if (observed()) {
      reap(List.of(observer()), BACKING_PATIENCE, progress);
      start(observer(), progress).run();
    }
  }

  /** Stops everything, services before what they stand on, data kept. */
  public void down(Consumer<String> progress) {
    stop(observer(), progress).run();
    Parallel.run(services(replicas()).stream().map(service -> stop(service, progress)).toList());
    Parallel.run(
        Stream.of(backing.get(2), backing.get(3), backing.get(4), backing.get(5))
            .map(component -> stop(component, progress))
            .toList());
    stop(pooler(), progress).run();
    // The replica first: it then has everything when the primary stops.
    stop(backing.get(1), progress).run();
    stop(backing.get(0), progress).run();
    stop(links, progress).run();
    stop(traces, progress).run();
    link(false);
    pool(false);
    mark(replicasMarker(), false);
    mark(tracedMarker(), false);
    mark(observedMarker(), false);
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
  private static void reap(
      List<Component> components, Duration patience, Consumer<String> progress) {
    Parallel.run(
        components.stream()
            .filter(component -> component.daemon().running().isPresent())
            .<Runnable>map(component -> () -> reap(component, patience, progress))
            .toList());
  }

  private static void reap(Component component, Duration patience, Consumer<String> progress) {
    if (!Await.within(patience, component.healthy())) {
      progress.accept("  %-22s did not answer and is started again".formatted(component.name()));
      component.stop().run();
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

  /** A process of ours whose arguments are asked for at each start. */
  private Component helper(
      String name, List<LocalPort> ports, Class<?> main, Supplier<List<String>> arguments) {
    var process =
        new HelperProcess(
            name, state, main, ports.stream().map(LocalPort::number).toList(), arguments);
    return new Component(process.daemon(), ports, process::start, process::healthy, process::stop);
  }

  private List<String> tracesArguments() {
    return List.of(
        "--port", Integer.toString(LocalPort.TRACES.number()), "--file", spans().toString());
  }

  private List<String> sandboxArguments() {
    return List.of(
        "--port",
        Integer.toString(LocalPort.SANDBOX.number()),
        "--data",
        state.data("sandbox").toString(),
        "--webhook-url",
        backing().address(LocalService.PAYMENT) + "/api/payments/webhooks/stripe",
        "--webhook-secret",
        WEBHOOK_SECRET);
  }

  private static List<String> linksArguments() {
    var arguments = new ArrayList<>(List.of("--port", Integer.toString(LocalPort.LINKS.number())));
    Map.of(
            "postgres", List.of(LocalPort.LINK_POSTGRES, LocalPort.POSTGRES),
            "replica", List.of(LocalPort.LINK_REPLICA, LocalPort.REPLICA),
            "kafka", List.of(LocalPort.LINK_KAFKA, LocalPort.KAFKA_LINKED),
            "redis", List.of(LocalPort.LINK_REDIS, LocalPort.REDIS),
            "provider", List.of(LocalPort.LINK_PROVIDER, LocalPort.SANDBOX))
        .forEach((name, ports) -> {
          arguments.add("--link");
          arguments.add(name + "=" + ports.get(0).number() + ":" + ports.get(1).number());
        });
    return arguments;
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
            "/api/orders", LocalService.ORDER,
            "/api/sellers", LocalService.ORDER,
            "/api/inventory", LocalService.INVENTORY,
            "/api/payments", LocalService.PAYMENT,
            "/api/notifications", LocalService.NOTIFICATION)
        .forEach((path, service) -> {
          arguments.add("--route");
          arguments.add(
              path
                  + "="
                  + service.first(replicas()).stream()
                      .map(it -> it.http().number() + "/" + it.management().number())
                      .collect(Collectors.joining(",")));
        });
    return arguments;
  }
}
