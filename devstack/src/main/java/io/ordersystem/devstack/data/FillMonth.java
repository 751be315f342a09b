package io.ordersystem.devstack.data;

import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.UUID;

/**
 * One month of a fill, with the bounds of its partitions.
 *
 * @param until the last order is placed before; earlier than the month's end in the newest one
 * @param first how many orders the months before have
 */
record FillMonth(YearMonth month, Instant until, int first, int orders, boolean newest) {
  /** Whatever was placed by then can have been delivered by now. */
  static final Duration LIFE = Duration.ofDays(5);

  /** The months of a plan, oldest first. */
  static List<FillMonth> of(FillPlan plan, Instant now) {
    // By days, so that the same plan makes the same orders all day.
    Instant until =
        now.atZone(ZoneOffset.UTC).toLocalDate().atStartOfDay(ZoneOffset.UTC).toInstant();
    until = until.minus(LIFE);
    // The moment before: the first of a month is still the end of the one before.
    YearMonth newest = YearMonth.from(until.minusMillis(1).atZone(ZoneOffset.UTC));
    var months = new ArrayList<FillMonth>();
    int first = 0;
    for (int i = 0; i < plan.months(); i++) {
      YearMonth month = newest.minusMonths(plan.months() - 1L - i);
      int orders = plan.orders() / plan.months() + (i < plan.orders() % plan.months() ? 1 : 0);
      boolean last = month.equals(newest);
      months.add(
          new FillMonth(month, last ? until : start(month.plusMonths(1)), first, orders, last));
      first += orders;
    }
    return months;
  }

  Instant from() {
    return start(month);
  }

  /** What names of its partitions end with, as {@code create_partitions} names them. */
  String suffix() {
    return String.format(Locale.ROOT, "%04d_%02d", month.getYear(), month.getMonthValue());
  }

  UUID lower() {
    return floor(from());
  }

  UUID upper() {
    return floor(start(month.plusMonths(1)));
  }

  private static Instant start(YearMonth month) {
    return month.atDay(1).atStartOfDay(ZoneOffset.UTC).toInstant();
  }

  /** As {@code uuid7_floor} has it. */
  private static UUID floor(Instant time) {
    return new UUID(time.toEpochMilli() << 16, 0);
  }
}
