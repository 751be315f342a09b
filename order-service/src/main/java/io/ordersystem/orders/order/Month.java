package io.ordersystem.orders.order;

import io.ordersystem.platform.ids.Ids;
import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.UUID;

/**
 * A UTC month, whose orders are in tables of their own. An id and a number lead to it, and a
 * statement that names its tables is planned once and locks nothing of the other months: one that
 * goes through the partitioned table is planned with each execution, or locks all of them (ADR 14).
 *
 * <p>A month that is detached has no such tables any more: they are renamed.
 *
 * @param suffix of its tables, for example {@code 2026_11}; sorts as the months do
 */
public record Month(String suffix) implements Comparable<Month> {
  /** No id is from later than that, however wrong the clock of the process that made it. */
  public static final Duration AHEAD = Duration.ofDays(1);

  /** Where a statement is to name the month. */
  private static final String PLACE = "{month}";

  /** The month of a root order and of its children, which were made in the same millisecond. */
  public static Month of(UUID orderId) {
    return of(Ids.timeOf(orderId));
  }

  public static Month of(Instant time) {
    return of(YearMonth.from(time.atOffset(ZoneOffset.UTC)));
  }

  static Month of(YearMonth month) {
    return new Month(month.toString().replace('-', '_'));
  }

  /** The statement for this month's tables: {@code orders_{month}} is {@code orders_2026_11}. */
  public String in(String sql) {
    return sql.replace(PLACE, suffix);
  }

  @Override
  public int compareTo(Month other) {
    return suffix.compareTo(other.suffix);
  }
}
