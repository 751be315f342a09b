package io.ordersystem.platform.database;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import io.quarkus.scheduler.Scheduled;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import jakarta.inject.Singleton;
import java.util.List;

/**
 * Rows of the service's own tables that were deleted or replaced and are not vacuumed yet, by
 * PostgreSQL's own count. Partitions count for their parent; of more than a hundred tables those
 * with the most are shown.
 */
@Singleton
public class TableGauges {
  private static final String DEAD_ROWS =
      """
      SELECT root.relname::text AS "table", sum(pg_stat_get_dead_tuples(t.oid))::bigint AS dead_rows
      FROM pg_class t
      JOIN pg_class root ON root.oid = coalesce(pg_partition_root(t.oid), t.oid)
      WHERE t.relkind = 'r' AND t.relnamespace = current_schema()::regnamespace
      GROUP BY root.relname ORDER BY dead_rows DESC LIMIT 100
      """;

  private final Figures figures;
  private final MultiGauge deadRows;

  TableGauges(Figures figures, MeterRegistry metrics) {
    this.figures = figures;
    this.deadRows =
        MultiGauge.builder("db.table.dead.rows")
            .description("Rows that were deleted or replaced and wait for VACUUM")
            .register(metrics);
  }

  /** Reads them anew. */
  @Scheduled(
      every = "60s",
      delayed = "20s",
      identity = "table-gauges",
      concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
  public Uni<Void> sample() {
    return figures.shown("tables", figures.rows(DEAD_ROWS), this::show);
  }

  private void show(List<Row> tables) {
    deadRows.register(
        tables.stream()
            .map(row ->
                MultiGauge.Row.of(
                    Tags.of("table", row.getString("table")), row.getLong("dead_rows")))
            .toList(),
        true);
  }
}
