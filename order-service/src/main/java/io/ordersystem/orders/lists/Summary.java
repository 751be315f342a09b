package io.ordersystem.orders.lists;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.vertx.mutiny.sqlclient.Row;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** One order in a customer's history. */
@JsonInclude(JsonInclude.Include.NON_NULL)
record Summary(
    UUID id,
    String orderNumber,
    String status,
    String paymentStatus,
    String fulfilmentStatus,
    long version,
    String customerId,
    String currency,
    long totalAmount,
    int itemCount,
    boolean isSplit,
    @Nullable String cancelReason,
    Instant createdAt,
    Instant updatedAt) {
  static Summary of(Row row) {
    return new Summary(
        row.getUUID("id"),
        row.getString("order_number"),
        row.getString("status"),
        row.getString("payment_status"),
        row.getString("fulfilment_status"),
        row.getLong("version"),
        row.getString("customer_id"),
        row.getString("currency"),
        row.getLong("total_amount"),
        row.getInteger("item_count"),
        row.getBoolean("is_split"),
        row.getString("cancel_reason"),
        row.getOffsetDateTime("created_at").toInstant(),
        row.getOffsetDateTime("updated_at").toInstant());
  }
}
