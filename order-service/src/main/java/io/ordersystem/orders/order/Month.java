package io.ordersystem.orders.order;

import io.ordersystem.platform.ids.Ids;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.Locale;
import java.util.UUID;

/**
 * A UTC month, whose orders are in tables of their own. An id and a number lead to it, and a
 * statement that names its tables is planned once and locks nothing of the other months: one that
 * goes through the partitioned table is planned with each execution, or locks all of them (ADR 14).
 *
 * <p>A month that is detached has no such tables any more: they are renamed.
 */
public record Month(YearMonth month) {
  /** Where a statement is to name the month. */
  private static final String PLACE = "{month}";

  /** The month of a root order and of its children, which were made in the same millisecond. */
  public static Month of(UUID orderId) {
    return of(Ids.timeOf(orderId));
  }

  static Month of(Instant time) {
    return new Month(YearMonth.from(time.atOffset(ZoneOffset.UTC)));
  }

  /** The statement for this month's tables: {@code orders_{month}} is {@code orders_2026_11}. */
  public String in(String sql) {
    return sql.replace(
        PLACE, String.format(Locale.ROOT, "%04d_%02d", month.getYear(), month.getMonthValue()));
  }
}
