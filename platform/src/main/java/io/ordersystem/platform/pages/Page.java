package io.ordersystem.platform.pages;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A page of a list.
 *
 * @param nextCursor absent on the last page
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Page<T>(List<T> items, @Nullable String nextCursor) {
  /** Items on a page when the caller names no number. */
  public static final int DEFAULT_LIMIT = 20;

  public Page {
    items = List.copyOf(items);
  }

  /**
   * Cuts a page from rows that were read with {@code LIMIT limit + 1}: the extra row tells whether
   * there is a next page.
   */
  public static <T> Page<T> of(List<T> rows, int limit, Function<T, String> cursorAfter) {
    return rows.size() > limit
        ? new Page<>(rows.subList(0, limit), cursorAfter.apply(rows.get(limit - 1)))
        : new Page<>(rows, null);
  }

  /** The same from rows that are not yet what the page shows. */
  public static <R, T> Page<T> of(
      Iterable<R> rows, Function<R, T> mapper, int limit, Function<T, String> cursorAfter) {
    var items = new ArrayList<T>();
    rows.forEach(row -> items.add(mapper.apply(row)));
    return of(items, limit, cursorAfter);
  }
}
