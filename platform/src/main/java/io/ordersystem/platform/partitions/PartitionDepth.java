package io.ordersystem.platform.partitions;

import io.agroal.api.AgroalDataSource;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;

/**
 * The gauge {@code db.partitions.ahead}: for each partitioned table how many whole steps (days or
 * months) after the current one have their partition, without a gap and at most as many as are
 * asked for; -1 when the current one has none. Below 1 the next turn of the day or month would
 * leave rows without a partition.
 */
@Singleton
class PartitionDepth {
  /** By the bounds in the catalog: a partition of the right name may have been detached. */
  private static final String AHEAD =
      """
      WITH bound AS MATERIALIZED (
        SELECT t.table_name, m[1]::uuid AS lower, m[2]::uuid AS upper
        FROM partitioned_tables t
        JOIN pg_inherits i ON i.inhparent = to_regclass(quote_ident(t.table_name))
        JOIN pg_class c ON c.oid = i.inhrelid,
        regexp_match(pg_get_expr(c.relpartbound, c.oid), 'FROM \\(''([0-9a-f-]{36})''\\) TO \\(''([0-9a-f-]{36})''\\)') AS m
      ), step AS (
        SELECT t.table_name, t.ahead, i,
               uuid7_floor((start + i * t.step) AT TIME ZONE 'UTC') AS lower,
               uuid7_floor((start + (i + 1) * t.step) AT TIME ZONE 'UTC') AS upper
        FROM partitioned_tables t,
             date_trunc(CASE WHEN t.step < interval '1 month' THEN 'day' ELSE 'month' END, ? AT TIME ZONE 'UTC') AS start,
             generate_series(0, t.ahead) AS i
      )
      SELECT table_name,
             coalesce(min(i) FILTER (WHERE NOT EXISTS (
                 SELECT FROM bound b
                 WHERE b.table_name = step.table_name AND b.lower <= step.lower AND b.upper >= step.upper)) - 1,
               max(ahead)) AS ahead
      FROM step
      GROUP BY table_name
      """;

  private final AgroalDataSource database;
  private final Clock clock;
  private final MultiGauge ahead;

  PartitionDepth(AgroalDataSource database, Clock clock, MeterRegistry metrics) {
    this.database = database;
    this.clock = clock;
    this.ahead =
        MultiGauge.builder("db.partitions.ahead")
            .description("Days or months after the current one that have their partition")
            .register(metrics);
  }

  void measure() throws SQLException {
    List<MultiGauge.Row<Number>> tables = new ArrayList<>();
    try (Connection connection = database.getConnection();
        PreparedStatement statement = connection.prepareStatement(AHEAD)) {
      statement.setObject(1, OffsetDateTime.ofInstant(clock.instant(), ZoneOffset.UTC));
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          tables.add(
              MultiGauge.Row.of(
                  Tags.of("table", rows.getString("table_name")), rows.getInt("ahead")));
        }
      }
    }
    ahead.register(tables, true);
  }
}
