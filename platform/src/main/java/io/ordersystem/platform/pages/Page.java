package io.ordersystem.platform.pages;

import com.fasterxml.jackson.annotation.JsonInclude;
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
}
