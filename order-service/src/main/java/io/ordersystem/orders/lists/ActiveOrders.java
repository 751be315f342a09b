package io.ordersystem.orders.lists;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.ordersystem.platform.pages.Cursor;
import io.ordersystem.platform.pages.Page;
import io.ordersystem.platform.reads.Reads;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The operators' dashboard: root orders in progress, newest first, with their customer's name. */
@ApplicationScoped
class ActiveOrders {
  /**
   * Each status is one walk down the seed's index, newest first, and stops after a page; only their
   * pages are merged. {@code status IN (...)} would read and sort all of them.
   */
  static final String LIST =
      """
      SELECT o.* FROM (VALUES ('PENDING'), ('CONFIRMED'), ('PROCESSING')) AS s(status)
      CROSS JOIN LATERAL (
        SELECT id, order_number, status, payment_status, fulfilment_status, customer_id, contact ->> 'name' AS customer_name,
               currency, total_amount, item_count, is_split, expires_at, created_at, updated_at
        FROM orders
        WHERE orders.status = s.status AND parent_order_id IS NULL AND deleted_at IS NULL AND ($1::uuid IS NULL OR id < $1)
        ORDER BY id DESC LIMIT $2) AS o
      ORDER BY o.id DESC LIMIT $2
      """;

  private static final Cursor CURSOR = new Cursor("orders/active");

  private final Reads reads;

  ActiveOrders(Reads reads) {
    this.reads = reads;
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
    UUID before = CURSOR.readId(cursor);
    return reads.read(database ->
        database
            .query(LIST, before, limit + 1)
            .map(rows ->
                Page.of(rows, Active::of, limit, last -> CURSOR.after(last.id().toString()))));
  }
}
