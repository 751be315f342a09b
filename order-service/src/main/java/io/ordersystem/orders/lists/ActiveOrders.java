package io.ordersystem.orders.lists;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.ordersystem.orders.lists.NewestFirst.Range;
import io.ordersystem.platform.pages.Cursor;
import io.ordersystem.platform.pages.Page;
import io.ordersystem.platform.reads.KeyedReading;
import io.ordersystem.platform.reads.Reads;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The operators' dashboard: root orders in progress, newest first, with their customer's name. */
@ApplicationScoped
class ActiveOrders {
  private static final String WITH_STATUS =
      """
      (SELECT id, order_number, status, payment_status, fulfilment_status, customer_id, contact ->> 'name' AS customer_name,
              currency, total_amount, item_count, is_split, expires_at, created_at, updated_at
       FROM orders_{month} WHERE status =
      """;

  private static final String NEWEST_FIRST =
      " AND parent_order_id IS NULL AND deleted_at IS NULL AND id < $1 ORDER BY id DESC LIMIT $2)\n";

  /**
   * Each status is one walk down the seed's index, newest first, and stops after a page; only their
   * pages are merged. {@code status IN (...)} would read and sort all of them. Each is written out:
   * of a status from a list the planner does not know how rare it is, and walks all orders for it.
   */
  static final String LIST =
      "SELECT * FROM (\n"
          + (WITH_STATUS + "'PENDING'" + NEWEST_FIRST)
          + "UNION ALL\n"
          + (WITH_STATUS + "'CONFIRMED'" + NEWEST_FIRST)
          + "UNION ALL\n"
          + (WITH_STATUS + "'PROCESSING'" + NEWEST_FIRST)
          + ") AS active ORDER BY id DESC LIMIT $2";

  private static final Cursor CURSOR = new Cursor("orders/active");

  private final Reads reads;
  private final Clock clock;

  ActiveOrders(Reads reads, Clock clock) {
    this.reads = reads;
    this.clock = clock;
  }

  /** One order on the dashboard. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Active(
      UUID id,
      String orderNumber,
      String status,
      String paymentStatus,
      String fulfilmentStatus,
      String customerId,
      @Nullable String customerName,
      String currency,
      long totalAmount,
      int itemCount,
      boolean isSplit,
      Instant expiresAt,
      Instant createdAt,
      Instant updatedAt) {
    static Active of(Row row) {
      return new Active(
          row.getUUID("id"),
          row.getString("order_number"),
          row.getString("status"),
          row.getString("payment_status"),
          row.getString("fulfilment_status"),
          row.getString("customer_id"),
          row.getString("customer_name"),
          row.getString("currency"),
          row.getLong("total_amount"),
          row.getInteger("item_count"),
          row.getBoolean("is_split"),
          row.getOffsetDateTime("expires_at").toInstant(),
          row.getOffsetDateTime("created_at").toInstant(),
          row.getOffsetDateTime("updated_at").toInstant());
    }
  }

  Uni<Page<Active>> list(int limit, @Nullable String cursor) {
    var all = Range.below(CURSOR.readId(cursor), clock);
    return reads.read(
        new KeyedReading<>(database ->
            new NewestFirst(database, LIST)
                .read(all, limit + 1, Active::of)
                .map(rows -> Page.of(rows, limit, last -> CURSOR.after(last.id().toString())))));
  }
}
