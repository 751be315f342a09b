package io.ordersystem.orders.lists;

import io.ordersystem.orders.lists.ReplicaReads.Read;
import io.ordersystem.orders.order.OrderStatus;
import io.ordersystem.platform.ids.Ids;
import io.ordersystem.platform.pages.Cursor;
import io.ordersystem.platform.problem.DomainException;
import io.ordersystem.platform.problem.ProblemType;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
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
        AND ($3::uuid IS NULL OR id >= $3) AND ($4::uuid IS NULL OR id < $4)
      ORDER BY id DESC LIMIT $5
      """;

  private final ReplicaReads reads;

  OrderHistory(ReplicaReads reads) {
    this.reads = reads;
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
  }

  Uni<Read<Summary>> list(Filter filter, int limit, @Nullable String cursorText) {
    var cursor = new Cursor("orders/" + filter);
    UUID upper = cursor.readId(cursorText);
    if (upper == null && filter.createdTo() != null) {
      upper = Ids.floor(filter.createdTo());
    }
    Tuple parameters =
        Tuple.from(
            Arrays.asList(
                filter.customerId(),
                filter.status(),
                filter.createdFrom() == null ? null : Ids.floor(filter.createdFrom()),
                upper,
                limit + 1));
    return reads.page(
        LIST, parameters, Summary::of, limit, last -> cursor.after(last.id().toString()));
  }
}
