package io.ordersystem.devstack.bench;

import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The statements of one page of a list, as order-service's class of this name sends them: which
 * months are there, then the newest month, the two before it, four, and so on until the page is
 * full. What the service sends at once is sent one after the other here.
 */
final class NewestFirst {
  private final ServiceSql months;
  private final ServiceSql list;
  private final Map<String, ServiceSql> named = new HashMap<>();

  /**
   * A list.
   *
   * @param months the service's question for them
   * @param list the service's statement for one of them
   */
  NewestFirst(ServiceSql months, ServiceSql list) {
    this.months = months;
    this.list = list;
  }

  /**
   * The ids of a page.
   *
   * @param cursor the last id of the page before; null on the first one
   */
  List<Object> read(ReadSession session, @Nullable UUID cursor, int rows, Object... filters)
      throws SQLException {
    UUID before = cursor == null ? floor(Instant.now().plus(Duration.ofDays(1))) : cursor;
    String newest = monthOf(before);
    List<String> left =
        session.rows(months).stream()
            .map(Object::toString)
            .filter(month -> month.compareTo(newest) <= 0)
            .toList();
    var found = new ArrayList<>();
    for (int atOnce = 1; found.size() < rows && !left.isEmpty(); atOnce *= 2) {
      int limit = rows - found.size();
      int some = Math.min(atOnce, left.size());
      for (String month : left.subList(0, some)) {
        found.addAll(session.rows(in(month), parameters(before, limit, filters)));
      }
      left = left.subList(some, left.size());
    }
    return found.subList(0, Math.min(rows, found.size()));
  }

  private static @Nullable Object[] parameters(UUID before, int limit, Object... filters) {
    var parameters = new ArrayList<@Nullable Object>(List.of(before, limit));
    parameters.addAll(List.of(filters));
    return parameters.toArray();
  }

  private ServiceSql in(String month) {
    return named.computeIfAbsent(month, list::in);
  }

  static String monthOf(UUID id) {
    Instant time = Instant.ofEpochMilli(id.getMostSignificantBits() >>> 16);
    return YearMonth.from(time.atOffset(ZoneOffset.UTC)).toString().replace('-', '_');
  }

  private static UUID floor(Instant time) {
    return new UUID(time.toEpochMilli() << 16, 0);
  }
}
