package io.ordersystem.orders.lists;

import io.ordersystem.orders.lists.NewestFirst.Range;
import io.ordersystem.orders.order.CachedOrders;
import io.ordersystem.orders.order.OrderStatus;
import io.ordersystem.platform.pages.Cursor;
import io.ordersystem.platform.pages.Page;
import io.ordersystem.platform.problem.DomainException;
import io.ordersystem.platform.problem.ProblemType;
import io.ordersystem.platform.reads.KeyedReading;
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
import org.jspecify.annotations.Nullable;

/** The customer order history: root orders, newest first, by keyset. */
@ApplicationScoped
class OrderHistory {
  private static final String COLUMNS =
      """
      SELECT id, order_number, status, payment_status, fulfilment_status, version, customer_id, currency, total_amount,
             item_count, is_split, cancel_reason, created_at, updated_at
      FROM orders_{month}
      WHERE parent_order_id IS NULL AND deleted_at IS NULL AND id < $1
      """;

  private static final String NEWEST = " ORDER BY id DESC LIMIT $2";

  // A plan that is kept cannot leave out a condition, so there is a statement for each set of them.
  static final String LIST = COLUMNS + "AND customer_id = $3" + NEWEST;
  private static final String OF_STATUS = COLUMNS + "AND status = $3" + NEWEST;
  private static final String BOTH = COLUMNS + "AND customer_id = $3 AND status = $4" + NEWEST;
  private static final String ALL = COLUMNS + NEWEST;

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
    var page =
        new KeyedReading<>(database -> page(database, filter, limit, asked.below(after), cursor));
    String customer = filter.customerId();
    if (customer != null && filter.isHistory() && after == null && limit == Page.DEFAULT_LIMIT) {
      return cached.firstPageOfCustomer(customer, page);
    }
    return reads.read(page).map(json::of);
  }

  private static Uni<Page<Summary>> page(
      Statements database, Filter filter, int limit, Range range, Cursor cursor) {
    return list(database, filter)
        .read(range, limit + 1, Summary::of)
        .map(rows -> Page.of(rows, limit, last -> cursor.after(last.id().toString())));
  }

  private static NewestFirst list(Statements database, Filter filter) {
    String customer = filter.customerId();
    String status = filter.status();
    if (customer == null) {
      return status == null
          ? new NewestFirst(database, ALL)
          : new NewestFirst(database, OF_STATUS, status);
    }
    return status == null
        ? new NewestFirst(database, LIST, customer)
        : new NewestFirst(database, BOTH, customer, status);
  }
}
