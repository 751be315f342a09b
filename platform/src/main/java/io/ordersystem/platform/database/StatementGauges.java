package io.ordersystem.platform.database;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import io.quarkus.scheduler.Scheduled;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.function.Function;

/**
 * The ten statements of the service's own role that have taken the most time, by their query id:
 * {@code ./order-system db slow} shows the text of each. Nothing where pg_stat_statements is not
 * installed or the role may not read it.
 */
@Singleton
public class StatementGauges {
  private static final String SOURCE = Figures.sql("statements-source.sql");

  private static final String SLOWEST =
      """
      SELECT query_id::text AS query, calls, seconds, mean_seconds
      FROM (
      %s
      ) AS statement
      WHERE role = current_user ORDER BY seconds DESC LIMIT 10
      """
          .formatted(Figures.sql("statements.sql"));

  private final Figures figures;
  private final MultiGauge calls;
  private final MultiGauge seconds;
  private final MultiGauge mean;

  StatementGauges(Figures figures, MeterRegistry metrics) {
    this.figures = figures;
    this.calls =
        MultiGauge.builder("db.statement.calls")
            .description("How often a statement has run since its statistics were reset")
            .register(metrics);
    this.seconds =
        MultiGauge.builder("db.statement.seconds")
            .description("How long its runs have taken together")
            .register(metrics);
    this.mean =
        MultiGauge.builder("db.statement.mean.seconds")
            .description("How long one of them has taken on average")
            .register(metrics);
  }

  /** Reads them anew. */
  @Scheduled(
      every = "60s",
      delayed = "10s",
      identity = "statement-gauges",
      concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
  public Uni<Void> sample() {
    return figures.shown("statements", figures.rows(SOURCE).chain(this::slowest), this::show);
  }

  private Uni<List<Row>> slowest(List<Row> sources) {
    return sources.isEmpty()
        ? Uni.createFrom().item(List.of())
        : figures.rows(
            SLOWEST.replace("pg_stat_statements(", sources.getFirst().getString("source") + "("));
  }

  private void show(List<Row> statements) {
    show(calls, statements, row -> row.getLong("calls"));
    show(seconds, statements, row -> row.getDouble("seconds"));
    show(mean, statements, row -> row.getDouble("mean_seconds"));
  }

  private static void show(MultiGauge gauge, List<Row> statements, Function<Row, Number> number) {
    gauge.register(
        statements.stream()
            .map(row ->
                MultiGauge.Row.of(Tags.of("query", row.getString("query")), number.apply(row)))
            .toList(),
        true);
  }
}
