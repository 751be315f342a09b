package io.ordersystem.devstack.stack;

import io.ordersystem.devstack.postgres.Database;
import io.ordersystem.devstack.postgres.DatabaseRole;
import io.ordersystem.devstack.process.Await;
import io.ordersystem.devstack.process.ComponentFailed;
import io.ordersystem.devstack.process.Daemon;
import io.ordersystem.devstack.process.Jvm;
import io.ordersystem.devstack.process.Launch;
import io.ordersystem.devstack.process.StateDirectory;
import io.ordersystem.devstack.token.LocalKeys;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** One of the four services from its packaged jar, configured by the same keys as on Kubernetes. */
final class ServiceProcess {
  private static final Duration READY = Duration.ofSeconds(90);
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Duration PROBE = Duration.ofSeconds(2);

  /** Small heaps and the quick compiler: four services share a laptop with everything else. */
  private static final String JAVA_OPTIONS =
      "-Xms48m -Xmx224m -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -XX:ReservedCodeCacheSize=64m -Xss512k"
          + " --enable-native-access=ALL-UNNAMED";

  private static final HttpClient HTTP = HttpClient.newBuilder().connectTimeout(PROBE).build();

  private final String service;
  private final int instance;
  private final int port;
  private final int management;
  private final Backing backing;
  private final StateDirectory state;
  private final Path root;
  private final Daemon daemon;
  private final String module;
  private final String javaOptions;
  private final Map<String, String> told = new LinkedHashMap<>();

  /**
   * One process of a service from its own module, with the options of a laptop.
   *
   * @param instance 0 for the one behind the gateway; each has a number of its own
   * @param management the port of health, metrics and operations
   */
  ServiceProcess(
      String service,
      int instance,
      int port,
      int management,
      Backing backing,
      StateDirectory state,
      Path root) {
    this(
        service + "-service",
        service,
        instance,
        port,
        management,
        backing,
        state,
        root,
        given(JAVA_OPTIONS));
  }

  /**
   * One process of a module.
   *
   * @param service whose role and peers it has
   */
  ServiceProcess(
      String module,
      String service,
      int instance,
      int port,
      int management,
      Backing backing,
      StateDirectory state,
      Path root,
      String javaOptions) {
    this.module = module;
    this.javaOptions = javaOptions;
    this.service = service;
    this.instance = instance;
    this.port = port;
    this.management = management;
    this.backing = backing;
    this.state = state;
    this.root = root;
    this.daemon = new Daemon(module + (instance == 0 ? "" : "-" + instance), state);
  }

  /** What the process is told besides, from its next start on; wins over what it is told anyway. */
  void tell(Map<String, String> environment) {
    told.putAll(environment);
  }

  private static String given(String otherwise) {
    String given = System.getenv("ORDER_SYSTEM_JAVA_OPTS");
    return given == null || given.isBlank() ? otherwise : given;
  }

  Component component(LocalPort... ports) {
    return new Component(
        daemon, List.of(ports), this::start, this::healthy, () -> daemon.stop("TERM", PATIENCE));
  }

  private void start() {
    if (daemon.running().isEmpty()) {
      daemon.start(new Launch(command(), environment(), root));
    }
    // Asked once: a service that has just said that it is ready may be slow to say it again.
    boolean ended = Await.within(READY, () -> daemon.running().isEmpty() || healthy());
    if (!ended || daemon.running().isEmpty()) {
      throw new ComponentFailed(
          daemon.name() + " did not become ready\n" + String.join("\n", daemon.lastLog(15)));
    }
  }

  /** Ready by its own word. */
  private boolean healthy() {
    if (daemon.running().isEmpty()) {
      return false;
    }
    var request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + management + "/q/health/ready"))
            .timeout(PROBE)
            .build();
    try {
      return HTTP.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
    } catch (IOException notYet) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ComponentFailed("interrupted while waiting for " + daemon.name(), e);
    }
  }

  private List<String> command() {
    Path jar = root.resolve(module).resolve("target/quarkus-app/quarkus-run.jar");
    if (!Files.exists(jar)) {
      throw new ComponentFailed("no " + jar + ": build with ./mvnw package");
    }
    var command = new ArrayList<>(List.of(Jvm.java()));
    command.addAll(List.of(javaOptions.split(" +")));
    command.addAll(List.of("-jar", jar.toString()));
    return command;
  }

  private Map<String, String> environment() {
    DatabaseRole role = DatabaseRole.ofService(service);
    var database = new Database(backing.postgres());
    var environment = new LinkedHashMap<String, String>();
    environment.put("QUARKUS_HTTP_HOST", "127.0.0.1");
    environment.put("QUARKUS_HTTP_PORT", Integer.toString(port));
    environment.put("QUARKUS_MANAGEMENT_HOST", "127.0.0.1");
    environment.put("QUARKUS_MANAGEMENT_PORT", Integer.toString(management));
    environment.put(
        "QUARKUS_DATASOURCE_REACTIVE_URL", new Database(backing.statements()).reactiveUrl());
    environment.put("DATABASE_POOLER", Boolean.toString(backing.pooled()));
    environment.put("QUARKUS_DATASOURCE_JDBC_URL", database.jdbcUrl());
    environment.put("QUARKUS_DATASOURCE_USERNAME", role.roleName());
    environment.put("QUARKUS_DATASOURCE_PASSWORD", role.password());
    environment.put("READS_REPLICAS", "127.0.0.1:" + backing.replica());
    environment.put("KAFKA_BOOTSTRAP_SERVERS", "127.0.0.1:" + backing.kafka());
    environment.put("QUARKUS_OIDC_PUBLIC_KEY", LocalKeys.in(state).publicKey());
    environment.put("SERVICE_INSTANCE", service + "-service-" + instance);
    if (backing.hasOthers()) {
      // The gateway looks twice a second who is ready, and a machine with eight services on two
      // cores may take seconds to answer it. On Kubernetes a preStop sleep of 10 s is for that.
      environment.put("QUARKUS_SHUTDOWN_DELAY", "8S");
    }
    // On a laptop a fault may be asked for; the chart leaves this off.
    environment.put("FAULTS_ENABLED", "true");
    if (backing.traced()) {
      environment.put("QUARKUS_OTEL_TRACES_SAMPLER_ARG", "1");
      environment.put("QUARKUS_OTEL_INSTRUMENT_VERTX_SQL_CLIENT", "true");
      environment.put("QUARKUS_OTEL_INSTRUMENT_VERTX_REDIS_CLIENT", "true");
      environment.put("QUARKUS_OTEL_EXPORTER_OTLP_ENDPOINT", LocalPort.TRACES.url());
      // Whoever has just placed an order wants to see it.
      environment.put("QUARKUS_OTEL_BSP_SCHEDULE_DELAY", "500ms");
    }
    switch (role) {
      case ORDERS -> {
        environment.put("QUARKUS_REDIS_HOSTS", "redis://127.0.0.1:" + backing.redis());
        environment.put(
            "QUARKUS_REST_CLIENT_INVENTORY_URL", backing.address(LocalService.INVENTORY));
      }
      case INVENTORY ->
          environment.put("QUARKUS_REDIS_HOSTS", "redis://127.0.0.1:" + backing.redis());
      case PAYMENTS -> {
        environment.put("PAYMENT_STRIPE_BASE_URL", "http://127.0.0.1:" + backing.provider());
        environment.put("PAYMENT_STRIPE_API_KEY", "sk_test_local");
        environment.put("PAYMENT_STRIPE_WEBHOOK_SECRET", LocalSystem.WEBHOOK_SECRET);
        // A provider on the same machine answers at once or not at all.
        environment.put("PAYMENT_STRIPE_READ_TIMEOUT", "3s");
        environment.put("PAYMENT_CHARGING_LEASE", "15s");
        environment.put("PAYMENT_RECONCILIATION_SETTLING", "5s");
      }
      case NOTIFICATIONS -> {
        environment.put("QUARKUS_MAILER_HOST", "127.0.0.1");
        environment.put("QUARKUS_MAILER_PORT", Integer.toString(LocalPort.SMTP.number()));
        // Receivers of webhooks are on this machine too.
        environment.put("NOTIFICATION_WEBHOOKS_ALLOW_HTTP", "true");
        environment.put("NOTIFICATION_WEBHOOKS_ALLOWED_NETWORKS", "127.0.0.0/8");
      }
      default -> {}
    }
    environment.putAll(told);
    return environment;
  }
}
