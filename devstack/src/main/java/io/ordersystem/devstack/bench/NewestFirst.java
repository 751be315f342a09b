package io.ordersystem.devstack.bench;

import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The statements of one page of a list, as order-service's class of this name sends them: for the
 * newest month, the two before it, four, eight, and all that are left, until the page is full.
 */
final class NewestFirst {
  private static final List<Integer> MONTHS = List.of(1, 2, 4, 8);
  private static final UUID OLDEST = new UUID(0, 0);

  private NewestFirst() {}

  /** One statement, for ids from one up to another, that one excluded. */
  @FunctionalInterface
  interface Part {
    List<Object> rows(UUID from, UUID before, int rows) throws SQLException;
  }

  /**
   * The ids of a page.
   *
   * @param cursor the last id of the page before; null on the first one
   */
  static List<Object> read(@Nullable UUID cursor, int rows, Part part) throws SQLException {
    var found = new ArrayList<>();
    UUID before = cursor == null ? floor(Instant.now().plus(Duration.ofDays(1))) : cursor;
    for (int months : MONTHS) {
      UUID from = floor(begin(timeOf(before).minusMillis(1), months));
      found.addAll(part.rows(from, before, rows - found.size()));
      if (found.size() >= rows) {
        return found;
      }
      before = from;
    }
    found.addAll(part.rows(OLDEST, before, rows - found.size()));
    return found;
  }

  private static Instant begin(Instant time, int months) {
    return YearMonth.from(time.atOffset(ZoneOffset.UTC))
        .minusMonths(months - 1L)
        .atDay(1)
        .atStartOfDay(ZoneOffset.UTC)
        .toInstant();
  }

  private static Instant timeOf(UUID id) {
    return Instant.ofEpochMilli(id.getMostSignificantBits() >>> 16);
  }

  private static UUID floor(Instant time) {
    return new UUID(time.toEpochMilli() << 16, 0);
  }
}
