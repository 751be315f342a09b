package io.ordersystem.orders.lists;

import io.ordersystem.orders.lists.NewestFirst.Range;
import io.ordersystem.orders.order.CachedOrders;
import io.ordersystem.orders.order.OrderStatus;
import io.ordersystem.platform.pages.Cursor;
import io.ordersystem.platform.pages.Page;
import io.ordersystem.platform.problem.DomainException;
import io.ordersystem.platform.problem.ProblemType;
import io.ordersystem.platform.reads.Reads;
import io.ordersystem.platform.sql.Statements;
import io.ordersystem.platform.web.JsonBody;
import io.smallrye.mutiny.Uni;
import io.vertx.core.buffer.Buffer;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The customer order history: root orders, newest first, by keyset. */
@ApplicationScoped
class OrderHistory {
  static final String LIST =
      """
      SELECT id, order_number, status, payment_status, fulfilment_status, version, customer_id, currency, total_amount,
             item_count, is_split, cancel_reason, created_at, updated_at
      FROM orders
      WHERE parent_order_id IS NULL AND deleted_at IS NULL
        AND ($1::text IS NULL OR customer_id = $1) AND ($2::text IS NULL OR status = $2)
        AND id >= $3 AND id < $4
      ORDER BY id DESC LIMIT $5
      """;

  private final Reads reads;
  private final CachedOrders cached;
  private final JsonBody json;
  private final Clock clock;

  OrderHistory(Reads reads, CachedOrders cached, JsonBody json, Clock clock) {
    this.reads = reads;
    this.cached = cached;
    this.json = json;
    this.clock = clock;
  }

  /**
   * What is asked for; everything optional. Times bound {@code createdAt}, the later one exclusive.
   */
  record Filter(
      @Nullable String customerId,
      @Nullable String status,
      @Nullable Instant createdFrom,
      @Nullable Instant createdTo) {
    Filter {
      if (status != null
          && Arrays.stream(OrderStatus.values()).noneMatch(s -> s.name().equals(status))) {
        throw new DomainException(
            ProblemType.VALIDATION_FAILED,
            "status must be one of " + List.of(OrderStatus.values()));
      }
    }

    /** Whether it is all orders of one customer. */
    boolean isHistory() {
      return customerId != null && status == null && createdFrom == null && createdTo == null;
    }
  }

  /** A page as JSON; the first one of a customer's whole history is cached. */
  Uni<Buffer> list(Filter filter, int limit, @Nullable String cursorText) {
    var cursor = new Cursor("orders/" + filter);
    UUID after = cursor.readId(cursorText);
    Range asked = Range.between(filter.createdFrom(), filter.createdTo(), clock);
    Function<Statements, Uni<Page<Summary>>> page =
        database ->
            page(database, filter, limit, after == null ? asked : asked.below(after), cursor);
    String customer = filter.customerId();
    if (customer != null && filter.isHistory() && after == null && limit == Page.DEFAULT_LIMIT) {
      return cached.firstPageOfCustomer(customer, page);
    }
    return reads.read(page).map(json::of);
  }

  private static Uni<Page<Summary>> page(
      Statements database, Filter filter, int limit, Range all, Cursor cursor) {
    return NewestFirst.read(
            all,
            limit + 1,
            Summary::of,
            (range, rows) ->
                database.query(
                    LIST, filter.customerId(), filter.status(), range.from(), range.before(), rows))
        .map(rows -> Page.of(rows, limit, last -> cursor.after(last.id().toString())));
  }
}
