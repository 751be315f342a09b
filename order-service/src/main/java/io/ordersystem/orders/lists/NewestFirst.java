package io.ordersystem.orders.lists;

import io.ordersystem.platform.ids.Ids;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Reads the newest of many orders, which are in a table per month. A statement is planned for every
 * month that its bounds allow, and most pages are found in one or two: so a page is looked for in
 * the newest month, then in the two before it, in four, in eight, and at last in all that are left
 * (ADR 14).
 */
final class NewestFirst {
  private static final List<Integer> MONTHS = List.of(1, 2, 4, 8);

  private static final UUID OLDEST = new UUID(0, 0);

  /** No order is from later than that, however wrong the clock of the process that made it. */
  private static final Duration AHEAD = Duration.ofDays(1);

  private NewestFirst() {}

  /**
   * The orders that a list may show.
   *
   * @param from the first id, in order of time
   * @param before all ids are smaller
   */
  record Range(UUID from, UUID before) {
    /** All orders, or those below a cursor. */
    static Range below(@Nullable UUID cursor, Clock clock) {
      return new Range(OLDEST, cursor == null ? end(clock) : cursor);
    }

    /** Those made between two times, the later one exclusive; null for no bound. */
    static Range between(@Nullable Instant from, @Nullable Instant to, Clock clock) {
      UUID first = from == null ? OLDEST : Ids.floor(from);
      UUID end = end(clock);
      return to != null && to.isBefore(Ids.timeOf(end))
          ? new Range(first, Ids.floor(to))
          : new Range(first, end);
    }

    Range below(UUID cursor) {
      return new Range(from, cursor);
    }

    private static UUID end(Clock clock) {
      return Ids.floor(clock.instant().plus(AHEAD));
    }

    /** The newest months of it. */
    private Range newest(int months) {
      Instant last = Ids.timeOf(before).minusMillis(1);
      UUID first =
          Ids.floor(
              YearMonth.from(last.atOffset(ZoneOffset.UTC))
                  .minusMonths(months - 1L)
                  .atDay(1)
                  .atStartOfDay(ZoneOffset.UTC)
                  .toInstant());
      return Ids.timeOf(first).isAfter(Ids.timeOf(from)) ? new Range(first, before) : this;
    }

    private Range without(Range newer) {
      return new Range(from, newer.from);
    }

    private boolean isAll(Range part) {
      return part.from.equals(from);
    }
  }

  /** A list's statement, which answers the newest rows of a range. */
  @FunctionalInterface
  interface Query {
    Uni<RowSet<Row>> rows(Range range, int limit);
  }

  /** The newest, as many as there are up to the limit. */
  static <T> Uni<List<T>> read(Range range, int limit, Function<Row, T> mapper, Query query) {
    return more(new ArrayList<>(), range, 0, limit, mapper, query);
  }

  private static <T> Uni<List<T>> more(
      List<T> found, Range range, int step, int limit, Function<Row, T> mapper, Query query) {
    Range part = step < MONTHS.size() ? range.newest(MONTHS.get(step)) : range;
    return query
        .rows(part, limit - found.size())
        .chain(rows -> {
          rows.forEach(row -> found.add(mapper.apply(row)));
          return found.size() >= limit || range.isAll(part)
              ? Uni.createFrom().item(found)
              : more(found, range.without(part), step + 1, limit, mapper, query);
        });
  }
}
