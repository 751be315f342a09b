package io.ordersystem.platform.database;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import io.quarkus.scheduler.Scheduled;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

/**
 * The indexes of the service's own schema: what they take, how often the primary has used them, and
 * how much of them is probably bloat (an estimate for B-trees: {@code figures/indexes.sql} says
 * which, and where it errs). Partitions count for their parent, so that a month adds no series; of
 * more than a hundred indexes the largest are shown. They change slowly, and reading the catalog
 * costs the server up to some hundred milliseconds: every five minutes is often enough.
 */
@Singleton
public class IndexGauges {
  private static final int SHOWN = 100;

  private static final String INDEXES =
      """
      SELECT "table", index, scans, bytes, bloat_bytes, unused
      FROM (
      %s
      ) AS index
      WHERE schema = current_schema() ORDER BY bytes DESC
      """
          .formatted(Figures.sql("indexes.sql"));

  private final Figures figures;
  private final MultiGauge scans;
  private final MultiGauge bytes;
  private final MultiGauge bloat;
  private final AtomicLong unused = new AtomicLong();

  IndexGauges(Figures figures, MeterRegistry metrics) {
    this.figures = figures;
    this.scans =
        MultiGauge.builder("db.index.scans")
            .description("How often the primary has used an index since its statistics were reset")
            .register(metrics);
    this.bytes =
        MultiGauge.builder("db.index.bytes").description("What an index takes").register(metrics);
    this.bloat =
        MultiGauge.builder("db.index.bloat.bytes")
            .description("How much of it a rebuild would free, an estimate; absent when not known")
            .register(metrics);
    Gauge.builder("db.indexes.unused", unused, AtomicLong::get)
        .description("Indexes that the primary has never used and that keep nothing unique")
        .register(metrics);
  }

  /** Reads them anew. */
  @Scheduled(
      every = "5m",
      delayed = "15s",
      identity = "index-gauges",
      concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
  public Uni<Void> sample() {
    return figures.shown("indexes", figures.rows(INDEXES), this::show);
  }

  private void show(List<Row> indexes) {
    unused.set(indexes.stream().filter(row -> row.getBoolean("unused")).count());
    show(scans, indexes, "scans");
    show(bytes, indexes, "bytes");
    show(bloat, indexes, "bloat_bytes");
  }

  private static void show(MultiGauge gauge, List<Row> indexes, String column) {
    gauge.register(
        indexes.stream()
            .limit(SHOWN)
            .flatMap(row -> {
              Long number = row.getLong(column);
              return Stream.ofNullable(number)
                  .map(known ->
                      MultiGauge.Row.of(
                          Tags.of("table", row.getString("table"), "index", row.getString("index")),
                          known));
            })
            .toList(),
        true);
  }
}
