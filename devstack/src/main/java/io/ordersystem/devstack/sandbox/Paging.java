package io.ordersystem.devstack.sandbox;

import java.util.function.LongPredicate;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * The part of a list that is asked for.
 *
 * @param limit 1 to 100, 10 unless told
 * @param created holds for seconds since the epoch that are wanted
 */
record Paging(int limit, @Nullable String after, @Nullable String before, LongPredicate created) {
  private static final int DEFAULT_LIMIT = 10;
  private static final int MAX_LIMIT = 100;

  static Paging of(Params params) {
    var paging =
        new Paging(
            limit(params),
            params.text("starting_after"),
            params.text("ending_before"),
            created(params));
    if (paging.after() != null && paging.before() != null) {
      throw StripeErrors.invalid(
          null, "ending_before", "starting_after and ending_before exclude each other.");
    }
    return paging;
  }

  static int limit(Params params) {
    var limit = params.integer("limit", 1, MAX_LIMIT);
    return limit == null ? DEFAULT_LIMIT : Math.toIntExact(limit);
  }

  private static LongPredicate created(Params params) {
    var exactly = seconds(params, "created");
    var above = seconds(params, "created[gt]");
    var from = seconds(params, "created[gte]");
    var below = seconds(params, "created[lt]");
    var upTo = seconds(params, "created[lte]");
    return at ->
        (exactly == null || at == exactly)
            && (above == null || at > above)
            && (from == null || at >= from)
            && (below == null || at < below)
            && (upTo == null || at <= upTo);
  }

  private static @Nullable Long seconds(Params params, String name) {
    return params.integer(name, 0, Long.MAX_VALUE);
  }

  /** Cuts the page out of {@code shelf}; refuses a cursor that is not on it. */
  <T> Shelf.Slice<T> of(Shelf<T> shelf, ToLongFunction<T> createdAt, Predicate<? super T> wanted) {
    check(shelf, "starting_after", after);
    check(shelf, "ending_before", before);
    return shelf.newestFirst(
        item -> created.test(createdAt.applyAsLong(item)) && wanted.test(item),
        limit,
        after,
        before);
  }

  private static void check(Shelf<?> shelf, String name, @Nullable String cursor) {
    if (cursor != null && shelf.find(cursor).isEmpty()) {
      throw StripeErrors.noSuch(400, "object", cursor, name);
    }
  }
}
