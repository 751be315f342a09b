package io.ordersystem.orders.lists;

import io.ordersystem.orders.order.Month;
import io.ordersystem.platform.ids.Ids;
import io.ordersystem.platform.reads.KeyedReading;
import io.ordersystem.platform.sql.Statements;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Reads the newest of many orders, which are in a table per month, within a {@link KeyedReading}:
 * first in the newest month, then in the two before it at once, in four, and so on until the page
 * is full or no month is left (ADR 14). Whoever has few orders costs a short look into each month.
 */
final class NewestFirst {
  /** The months that are there, the newest first, as this snapshot has them. */
  private static final String MONTHS =
      """
      SELECT right(c.relname, 7) AS month FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
      WHERE i.inhparent = 'orders'::regclass AND c.relname ~ '^orders_[0-9]{4}_[0-9]{2}$'
      ORDER BY month DESC
      """;

  private final Statements database;
  private final String sql;
  private final @Nullable Object[] filters;

  /**
   * A list.
   *
   * @param sql reads the newest of one month, {@code {month}}: {@code $1} what all ids are below,
   *     {@code $2} how many rows at most, then the filters
   */
  NewestFirst(Statements database, String sql, @Nullable Object... filters) {
    this.database = database;
    this.sql = sql;
    this.filters = filters;
  }

  /**
   * The orders that a list may show. The earliest is not asked for in SQL: of two bounds that are
   * parameters the planner thinks that next to nothing lies between them, and then takes any index.
   *
   * @param from none is older than that, to the millisecond
   * @param before all ids are smaller
   */
  record Range(Instant from, UUID before) {
    /** All orders, or those below a cursor. */
    static Range below(@Nullable UUID cursor, Clock clock) {
      return new Range(Instant.EPOCH, end(clock)).below(cursor);
    }

    /** Those made between two times, the later one exclusive; null for no bound. */
    static Range between(@Nullable Instant from, @Nullable Instant to, Clock clock) {
      Instant first = from == null ? Instant.EPOCH : from.truncatedTo(ChronoUnit.MILLIS);
      UUID end = end(clock);
      if (to == null || !to.isBefore(Ids.timeOf(end))) {
        return new Range(first, end);
      }
      // Ids know no time before.
      return new Range(first, Ids.floor(to.isBefore(Instant.EPOCH) ? Instant.EPOCH : to));
    }

    /** What comes behind a cursor, if there is one. */
    Range below(@Nullable UUID cursor) {
      return cursor == null || Ids.timeOf(cursor).isAfter(Ids.timeOf(before))
          ? this
          : new Range(from, cursor);
    }

    private boolean isIn(Row row) {
      return !Ids.timeOf(row.getUUID("id")).isBefore(from);
    }

    private static UUID end(Clock clock) {
      return Ids.floor(clock.instant().plus(Month.AHEAD));
    }

    private boolean isFor(Month month) {
      return month.compareTo(Month.of(from)) >= 0 && month.compareTo(Month.of(before)) <= 0;
    }
  }

  /** The newest, as many as there are up to the limit. */
  <T> Uni<List<T>> read(Range range, int limit, Function<Row, T> mapper) {
    return database
        .query(MONTHS)
        .map(rows -> {
          var months = new ArrayList<Month>();
          rows.forEach(row -> months.add(new Month(row.getString("month"))));
          return months.stream().filter(range::isFor).toList();
        })
        .chain(months -> more(List.of(), range, months, 1, limit))
        .map(rows -> rows.stream().map(mapper).toList());
  }

  private Uni<List<Row>> more(
      List<Row> found, Range range, List<Month> months, int atOnce, int limit) {
    if (found.size() >= limit || months.isEmpty()) {
      return Uni.createFrom().item(found);
    }
    int some = Math.min(atOnce, months.size());
    return Uni.join()
        .all(
            months.subList(0, some).stream()
                .map(month -> in(month, range, limit - found.size()))
                .toList())
        .andFailFast()
        .map(lists ->
            Stream.concat(found.stream(), lists.stream().flatMap(List::stream))
                .takeWhile(range::isIn)
                .limit(limit)
                .toList())
        .chain(all -> more(all, range, months.subList(some, months.size()), 2 * atOnce, limit));
  }

  private Uni<List<Row>> in(Month month, Range range, int limit) {
    var parameters = new ArrayList<@Nullable Object>(List.of(range.before, limit));
    for (Object filter : filters) {
      parameters.add(filter);
    }
    return database
        .query(month.in(sql), parameters.toArray())
        .map(rows -> {
          var list = new ArrayList<Row>();
          rows.forEach(list::add);
          return list;
        });
  }
}
