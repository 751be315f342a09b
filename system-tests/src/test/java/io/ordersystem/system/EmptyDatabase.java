package io.ordersystem.system;

import io.ordersystem.devstack.postgres.Database;
import io.ordersystem.devstack.postgres.DatabaseRole;
import io.ordersystem.devstack.process.Jvm;
import io.ordersystem.devstack.process.Ports;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/**
 * A database of its own on a running server, without a schema yet, and processes of order-service
 * that are told of it and of nothing else: no broker, no identity provider.
 */
final class EmptyDatabase implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(2);
  private static final long END_SECONDS = 60;

  private final String name = "empty_" + UUID.randomUUID().toString().replace("-", "");
  private final int port;
  private final int management = Ports.free();
  private final Path log;
  private final List<Process> processes = new ArrayList<>();

  EmptyDatabase(int port) throws SQLException, IOException {
    this.port = port;
    this.log = Files.createTempFile(name, ".log");
    execute(Database.NAME, "CREATE DATABASE " + name);
    // What the cluster's chart gives a service: an empty schema of its name.
    execute(name, "CREATE SCHEMA orders AUTHORIZATION orders");
  }

  private void execute(String database, String sql) throws SQLException {
    DatabaseRole role = DatabaseRole.SUPERUSER;
    String url = "jdbc:postgresql://127.0.0.1:%d/%s".formatted(port, database);
    try (var connection = DriverManager.getConnection(url, role.roleName(), role.password());
        var statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  /** The service as it runs beside a job that migrates. */
  Process service() throws IOException {
    return start(Map.of("QUARKUS_FLYWAY_MIGRATE_AT_START", "false"));
  }

  /** The job, in the chart's words. */
  Process job() throws IOException {
    return start(
        Map.of(
            "QUARKUS_FLYWAY_MIGRATE_AT_START",
            "true",
            "QUARKUS_INIT_AND_EXIT",
            "true",
            "QUARKUS_HTTP_PORT",
            Integer.toString(Ports.free()),
            "QUARKUS_MANAGEMENT_PORT",
            Integer.toString(Ports.free())));
  }

  private Process start(Map<String, String> told) throws IOException {
    Path jar =
        Path.of(System.getProperty("order-system.root"))
            .resolve("order-service/target/quarkus-app/quarkus-run.jar");
    var builder =
        new ProcessBuilder(
                Jvm.java(), "-XX:TieredStopAtLevel=1", "-Xmx128m", "-jar", jar.toString())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
    String address = "127.0.0.1:" + port + "/" + name;
    builder
        .environment()
        .putAll(
            Map.of(
                "QUARKUS_HTTP_PORT",
                Integer.toString(Ports.free()),
                "QUARKUS_MANAGEMENT_PORT",
                Integer.toString(management),
                "QUARKUS_DATASOURCE_REACTIVE_URL",
                "postgresql://" + address,
                "QUARKUS_DATASOURCE_JDBC_URL",
                "jdbc:postgresql://" + address,
                "QUARKUS_DATASOURCE_USERNAME",
                DatabaseRole.ORDERS.roleName(),
                "QUARKUS_DATASOURCE_PASSWORD",
                DatabaseRole.ORDERS.password(),
                "QUARKUS_OIDC_TENANT_ENABLED",
                "false",
                // Nobody listens there.
                "KAFKA_BOOTSTRAP_SERVERS",
                "127.0.0.1:1"));
    builder.environment().putAll(told);
    Process process = builder.start();
    processes.add(process);
    return process;
  }

  /** What the service answers to the question whether it is ready; 0 when it answers nothing. */
  int ready() throws InterruptedException {
    var question =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + management + "/q/health/ready"))
            .timeout(PATIENCE)
            .build();
    try (var client = HttpClient.newBuilder().connectTimeout(PATIENCE).build()) {
      return client.send(question, HttpResponse.BodyHandlers.discarding()).statusCode();
    } catch (IOException nobody) {
      return 0;
    }
  }

  String log() throws IOException {
    return Files.readString(log);
  }

  @Override
  public void close() throws SQLException, IOException, InterruptedException {
    for (Process process : processes) {
      process.destroyForcibly().waitFor(END_SECONDS, TimeUnit.SECONDS);
    }
    execute(Database.NAME, "DROP DATABASE " + name + " WITH (FORCE)");
    Files.delete(log);
  }
}
