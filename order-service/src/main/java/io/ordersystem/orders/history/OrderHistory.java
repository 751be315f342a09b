package io.ordersystem.orders.history;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.ordersystem.orders.order.OrderStatus;
import io.ordersystem.platform.ids.Ids;
import io.ordersystem.platform.pages.Cursor;
import io.ordersystem.platform.pages.Page;
import io.ordersystem.platform.problem.DomainException;
import io.ordersystem.platform.problem.ProblemType;
import io.quarkus.logging.Log;
import io.quarkus.reactive.datasource.ReactiveDataSource;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The customer order history: root orders, newest first, by keyset. Read from the replica, which
 * may be a moment behind; from the primary when the replica is away.
 */
@ApplicationScoped
class OrderHistory {
  private static final Duration REPLICA_PATIENCE = Duration.ofSeconds(1);

  private static final String LIST =
      """
      SELECT id, order_number, status, payment_status, fulfilment_status, version, customer_id, currency, total_amount,
             item_count, is_split, cancel_reason, created_at, updated_at
      FROM orders
      WHERE parent_order_id IS NULL AND deleted_at IS NULL
        AND ($1::text IS NULL OR customer_id = $1) AND ($2::text IS NULL OR status = $2)
        AND ($3::uuid IS NULL OR id >= $3) AND ($4::uuid IS NULL OR id < $4)
      ORDER BY id DESC LIMIT $5
      """;

  private final Pool primary;
  private final Pool replica;

  OrderHistory(Pool primary, @ReactiveDataSource("replica") Pool replica) {
    this.primary = primary;
    this.replica = replica;
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

  /** One order in a list. */
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
      Instant updatedAt) {}

  /** The page, and where it was read: {@code replica} or {@code primary}. */
  record Read(Page<Summary> page, String source) {}

  Uni<Read> list(Filter filter, int limit, @Nullable String cursorText) {
    var cursor = new Cursor("orders/" + filter);
    UUID before = cursor.readId(cursorText);
    UUID upper = before;
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
    return read(replica, parameters)
        .ifNoItem()
        .after(REPLICA_PATIENCE)
        .fail()
        .map(rows -> new Read(page(rows, limit, cursor), "replica"))
        .onFailure()
        .recoverWithUni(failure -> {
          Log.warnf("The replica is away, reading the primary: %s", failure.toString());
          return read(primary, parameters)
              .map(rows -> new Read(page(rows, limit, cursor), "primary"));
        });
  }

  private static Uni<List<Summary>> read(Pool pool, Tuple parameters) {
    return pool.preparedQuery(LIST)
        .execute(parameters)
        .map(rows -> {
          var summaries = new ArrayList<Summary>();
          rows.forEach(row -> summaries.add(summary(row)));
          return summaries;
        });
  }

  private static Page<Summary> page(List<Summary> rows, int limit, Cursor cursor) {
    return Page.of(rows, limit, last -> cursor.after(last.id().toString()));
  }

  private static Summary summary(Row row) {
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
