package io.ordersystem.devstack.recovery;

import io.ordersystem.devstack.process.ComponentFailed;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.postgresql.Driver;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code recover}: the step of a restore that a database cannot do by itself. */
@Command(
    name = "recover",
    description = {
      "Make a database that was restored to a time, and the topics that tell more, agree again. Before any service writes to it.",
      "Messages that no outbox has any more get no effect; those since a while before the time are sent again.",
      "The password is taken from the environment variable PGPASSWORD."
    })
@SuppressWarnings("NullAway.Init") // picocli fills the annotated fields before it calls
public final class RecoverCommand implements Callable<Integer> {
  @Option(
      names = "--to",
      required = true,
      paramLabel = "TIME",
      description = "Up to when the database knows everything (RFC 3339, UTC).")
  private String to;

  @Option(
      names = "--margin",
      paramLabel = "MINUTES",
      defaultValue = "5",
      description =
          "For longer than this no message was on its way at that time, from its outbox to its effects (5; 1440 at most).")
  private int margin;

  @Option(
      names = "--lost",
      required = true,
      paramLabel = "FILE",
      description =
          "Gets the messages that no outbox has any more, as events export writes them. Must not be there yet.")
  private Path lost;

  @Option(
      names = "--jdbc-url",
      paramLabel = "URL",
      description = "Another database than the local primary.")
  private @Nullable String jdbcUrl;

  @Option(
      names = "--user",
      paramLabel = "ROLE",
      description = "A role that may write to the schemas of all services (postgres).")
  private String user = "postgres";

  @Option(
      names = "--kafka",
      paramLabel = "FILE",
      description =
          "Properties of a consumer of another Kafka than the local one: bootstrap.servers and what it asks for.")
  private @Nullable Path kafka;

  @Spec private CommandSpec spec;

  private final String localJdbcUrl;
  private final String localBootstrapServers;

  public RecoverCommand(String localJdbcUrl, String localBootstrapServers) {
    this.localJdbcUrl = localJdbcUrl;
    this.localBootstrapServers = localBootstrapServers;
  }

  @Override
  public Integer call() throws IOException {
    if (Files.exists(lost)) {
      throw new ParameterException(spec.commandLine(), lost + " is there already");
    }
    if (margin < 1 || margin > 1440) {
      throw new ParameterException(spec.commandLine(), "--margin must be from 1 to 1440 minutes");
    }
    Instant time = time();
    try (Connection connection = connect()) {
      var outcome =
          new Recovery(connection, consumer()).run(time, Duration.ofMinutes(margin), lost);
      var out = spec.commandLine().getOut();
      out.printf(
          "%d messages have no outbox any more and will have no effect: %s%n",
          outcome.forgotten(), lost);
      out.printf("%d messages are sent again%n", outcome.again());
      out.printf("%d orders are gone%n", outcome.orders().size());
      outcome.orders().forEach(order -> out.println("  " + order));
      out.flush();
      return 0;
    } catch (IllegalStateException e) {
      Files.deleteIfExists(lost);
      throw new ComponentFailed(String.valueOf(e.getMessage()), e);
    } catch (SQLException e) {
      throw new ComponentFailed("the database cannot be mended: " + e.getMessage(), e);
    }
  }

  private Instant time() {
    try {
      Instant time = Instant.parse(to);
      if (time.isAfter(Instant.now())) {
        throw new ParameterException(spec.commandLine(), "--to is in the future");
      }
      return time;
    } catch (DateTimeParseException e) {
      throw new ParameterException(
          spec.commandLine(), "--to must be a time such as 2026-11-27T10:00:00Z");
    }
  }

  private Connection connect() throws SQLException {
    String url = jdbcUrl == null ? localJdbcUrl : jdbcUrl;
    var properties = new Properties();
    properties.setProperty("user", user);
    String password = System.getenv("PGPASSWORD");
    properties.setProperty("password", password == null ? user : password);
    properties.setProperty("ApplicationName", "order-system recover");
    properties.setProperty("connectTimeout", "5");
    var connection = new Driver().connect(url, properties);
    if (connection == null) {
      throw new SQLException("not a PostgreSQL address: " + url);
    }
    return connection;
  }

  private Map<String, Object> consumer() throws IOException {
    if (kafka == null) {
      return Map.of("bootstrap.servers", localBootstrapServers);
    }
    var properties = new Properties();
    try (InputStream file = Files.newInputStream(kafka)) {
      properties.load(file);
    }
    var consumer = new HashMap<String, Object>();
    properties
        .stringPropertyNames()
        .forEach(name -> consumer.put(name, properties.getProperty(name)));
    return consumer;
  }
}
