package io.ordersystem.platform.database;

import io.micrometer.core.instrument.MeterRegistry;
import io.ordersystem.platform.sql.SqlFailures;
import io.quarkus.logging.Log;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Consumer;

/**
 * Questions to the database about itself. The server gives up on one after 5 s; one that fails
 * leaves the last figures as they were and is counted as {@code db.figures.failed}.
 */
@Singleton
class Figures {
  /** Sent with the question, both are one transaction without a COMMIT of its own. */
  private static final String BOUND = "SET LOCAL statement_timeout = '5s'; ";

  private final Pool pool;
  private final MeterRegistry metrics;

  Figures(Pool pool, MeterRegistry metrics) {
    this.pool = pool;
    this.metrics = metrics;
  }

  /** The text of a question, for a {@code FROM}. */
  static String sql(String file) {
    try (var content = Figures.class.getResourceAsStream("/figures/" + file)) {
      if (content == null) {
        throw new IllegalStateException("the build lost figures/" + file);
      }
      return new String(content.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  /** The rows of a query without parameters. */
  Uni<List<Row>> rows(String query) {
    return pool.query(BOUND + query).execute().map(RowSet::next).map(Figures::all);
  }

  /**
   * Shows the rows that were read. That the database is away, busy or in somebody's lock is passed
   * over until the next time; any other failure is the caller's.
   *
   * @param figures what they are about, the tag of the counter
   */
  Uni<Void> shown(String figures, Uni<List<Row>> read, Consumer<List<Row>> show) {
    var failed = metrics.counter("db.figures.failed", "figures", figures);
    return read.invoke(show)
        .onFailure()
        .invoke(() -> failed.increment())
        .onFailure(SqlFailures::isPassing)
        .invoke(failure -> Log.warnf("Figures of %s cannot be read: %s", figures, failure))
        .onFailure(SqlFailures::isPassing)
        .recoverWithNull()
        .replaceWithVoid();
  }

  private static List<Row> all(RowSet<Row> rows) {
    return rows.stream().toList();
  }
}
