package io.ordersystem.orders.lists;

import io.ordersystem.platform.pages.Page;
import io.quarkus.logging.Log;
import io.quarkus.reactive.datasource.ReactiveDataSource;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * Reads of lists: from the replica, which may be a moment behind; from the primary when the replica
 * is away.
 */
@Singleton
class ReplicaReads {
  private static final Duration PATIENCE = Duration.ofSeconds(1);

  private final Pool primary;
  private final Pool replica;

  ReplicaReads(Pool primary, @ReactiveDataSource("replica") Pool replica) {
    this.primary = primary;
    this.replica = replica;
  }

  /** The page, and where it was read: {@code replica} or {@code primary}. */
  record Read<T>(Page<T> page, String source) {
    Read<T> with(Page<T> other) {
      return new Read<>(other, source);
    }
  }

  /**
   * A page.
   *
   * @param limit rows of the page; the query must ask for one more
   * @param cursorAfter the cursor that continues after a row
   */
  <T> Uni<Read<T>> page(
      String sql,
      Tuple parameters,
      Function<Row, T> mapper,
      int limit,
      Function<T, String> cursorAfter) {
    return rows(replica, sql, parameters, mapper)
        .ifNoItem()
        .after(PATIENCE)
        .fail()
        .map(rows -> new Read<>(Page.of(rows, limit, cursorAfter), "replica"))
        .onFailure()
        .recoverWithUni(failure -> {
          Log.warnf("The replica is away, reading the primary: %s", failure.toString());
          return rows(primary, sql, parameters, mapper)
              .map(rows -> new Read<>(Page.of(rows, limit, cursorAfter), "primary"));
        });
  }

  /** Rows that belong to a page, from where it was read. */
  <T> Uni<List<T>> rows(String source, String sql, Tuple parameters, Function<Row, T> mapper) {
    return rows(source.equals("replica") ? replica : primary, sql, parameters, mapper);
  }

  private static <T> Uni<List<T>> rows(
      Pool pool, String sql, Tuple parameters, Function<Row, T> mapper) {
    return pool.preparedQuery(sql)
        .execute(parameters)
        .map(rows -> {
          var read = new ArrayList<T>();
          rows.forEach(row -> read.add(mapper.apply(row)));
          return read;
        });
  }
}
