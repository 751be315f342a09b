package io.ordersystem.platform.sql;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.ordersystem.platform.metrics.Durations;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How long statements take as their caller sees it, from being sent to being answered, as {@code
 * db.client.operation.duration}. Those sent behind others on one connection include the wait for
 * these. A statement is named by what it does to which table (the {@code db.query.summary} of
 * OpenTelemetry's conventions), for example {@code UPDATE orders}: few names, whatever the text.
 */
@Singleton
public class QueryTimes {
  private static final Pattern[] NAMES = {
    Pattern.compile("\\b(INSERT) INTO ([a-z_][a-z0-9_.]*)"),
    Pattern.compile("\\b(UPDATE)\\s+(?:ONLY\\s+)?([a-z_][a-z0-9_.]*)"),
    Pattern.compile("\\b(DELETE) FROM ([a-z_][a-z0-9_.]*)"),
    Pattern.compile("\\bFROM\\s+(?:ONLY\\s+)?()([a-z_][a-z0-9_.]*)\\b(?!\\()"),
    Pattern.compile("\\bFROM\\s+()([a-z_][a-z0-9_.]*)"),
  };
  private static final Pattern MONTH = Pattern.compile("_20\\d\\d_\\d\\d$");

  /** Texts are constants of the code, or one of these per month: more would be a mistake. */
  private static final int KNOWN = 5_000;

  private final MeterRegistry metrics;
  private final Map<Statement, Timer> timers = new ConcurrentHashMap<>();

  public QueryTimes(MeterRegistry metrics) {
    this.metrics = metrics;
  }

  private record Statement(String server, String sql) {}

  /**
   * The statement, timed.
   *
   * @param server {@code primary} or {@code replica}
   * @param sql its text; a month's table counts as the table
   */
  public <T> Uni<T> timed(String server, String sql, Uni<T> statement) {
    return Uni.createFrom()
        .deferred(() -> {
          long start = System.nanoTime();
          return statement
              .onTermination()
              .invoke(
                  () -> timer(server, sql).record(System.nanoTime() - start, TimeUnit.NANOSECONDS));
        });
  }

  private Timer timer(String server, String sql) {
    var statement = new Statement(server, sql);
    Timer timer = timers.get(statement);
    if (timer == null) {
      timer =
          Durations.ofStatements("db.client.operation.duration")
              .description("From sending a statement to its answer")
              .tag("server", server)
              .tag("operation", name(sql))
              .register(metrics);
      if (timers.size() < KNOWN) {
        timers.put(statement, timer);
      }
    }
    return timer;
  }

  /** What the statement does to which table. */
  static String name(String sql) {
    for (Pattern pattern : NAMES) {
      Matcher found = pattern.matcher(sql);
      if (found.find()) {
        String verb = found.group(1).isEmpty() ? "SELECT" : found.group(1);
        String table = found.group(2);
        table = table.substring(table.lastIndexOf('.') + 1);
        return verb + " " + MONTH.matcher(table).replaceFirst("");
      }
    }
    return sql.strip().split("\\W", 2)[0];
  }
}
