package io.ordersystem.orders.lists;

import io.ordersystem.orders.lists.ReplicaReads.Read;
import io.ordersystem.orders.order.ItemStatus;
import io.ordersystem.platform.pages.Cursor;
import io.ordersystem.platform.pages.Page;
import io.ordersystem.platform.problem.DomainException;
import io.ordersystem.platform.problem.ProblemType;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A seller's orders, newest first: its children of split orders and the orders it has alone, with
 * its lines.
 */
@ApplicationScoped
class SellerOrders {
  /** Walks the seller's lines newest order first; many lines of one order count once. */
  static final String LIST =
      """
      SELECT o.id, o.order_number, o.status, o.payment_status, o.fulfilment_status, o.version, o.parent_order_id, o.currency,
             o.total_amount, o.item_count, o.created_at, o.updated_at
      FROM (SELECT DISTINCT ON (order_id) order_id FROM order_items
            WHERE seller_id = $1 AND ($2::text IS NULL OR status = $2) AND ($3::uuid IS NULL OR order_id < $3)
            ORDER BY order_id DESC) AS mine
      JOIN orders o ON o.id = mine.order_id
      WHERE o.deleted_at IS NULL
      ORDER BY mine.order_id DESC LIMIT $4
      """;

  private static final String LINES =
      """
      SELECT id, order_id, variant_id, name, quantity, unit_price, total_price, status, cancelled_quantity, shipped_quantity,
             delivered_quantity, refunded_quantity
      FROM order_items WHERE order_id = ANY ($1) AND seller_id = $2 ORDER BY order_id, line
      """;

  private final ReplicaReads reads;

  SellerOrders(ReplicaReads reads) {
    this.reads = reads;
  }

  /** One order of the seller. Amounts in minor units of {@code currency}. */
  record SellerOrder(
      UUID id,
      String orderNumber,
      String status,
      String paymentStatus,
      String fulfilmentStatus,
      long version,
      @Nullable UUID parentOrderId,
      String currency,
      long totalAmount,
      int itemCount,
      List<Line> items,
      Instant createdAt,
      Instant updatedAt) {
    static SellerOrder of(Row row) {
      return new SellerOrder(
          row.getUUID("id"),
          row.getString("order_number"),
          row.getString("status"),
          row.getString("payment_status"),
          row.getString("fulfilment_status"),
          row.getLong("version"),
          row.getUUID("parent_order_id"),
          row.getString("currency"),
          row.getLong("total_amount"),
          row.getInteger("item_count"),
          List.of(),
          row.getOffsetDateTime("created_at").toInstant(),
          row.getOffsetDateTime("updated_at").toInstant());
    }

    SellerOrder with(List<Line> lines) {
      return new SellerOrder(
          id,
          orderNumber,
          status,
          paymentStatus,
          fulfilmentStatus,
          version,
          parentOrderId,
          currency,
          totalAmount,
          itemCount,
          lines,
          createdAt,
          updatedAt);
    }
  }

  /** One line of it. */
  record Line(
      UUID id,
      String variantId,
      String name,
      int quantity,
      long unitPrice,
      long totalPrice,
      String status,
      int cancelledQuantity,
      int shippedQuantity,
      int deliveredQuantity,
      int refundedQuantity) {
    static Line of(Row row) {
      return new Line(
          row.getUUID("id"),
          row.getString("variant_id"),
          row.getString("name"),
          row.getInteger("quantity"),
          row.getLong("unit_price"),
          row.getLong("total_price"),
          row.getString("status"),
          row.getInteger("cancelled_quantity"),
          row.getInteger("shipped_quantity"),
          row.getInteger("delivered_quantity"),
          row.getInteger("refunded_quantity"));
    }
  }

  private record Owned(UUID orderId, Line line) {}

  /**
   * A page.
   *
   * @param itemStatus only orders with a line in it; null for all
   */
  Uni<Read<SellerOrder>> list(
      String sellerId, @Nullable String itemStatus, int limit, @Nullable String cursorText) {
    if (itemStatus != null
        && Arrays.stream(ItemStatus.values()).noneMatch(s -> s.name().equals(itemStatus))) {
      throw new DomainException(
          ProblemType.VALIDATION_FAILED,
          "itemStatus must be one of " + List.of(ItemStatus.values()));
    }
    var cursor = new Cursor("sellers/" + sellerId + "/orders/" + itemStatus);
    Tuple parameters = Tuple.of(sellerId, itemStatus, cursor.readId(cursorText), limit + 1);
    return reads
        .page(LIST, parameters, SellerOrder::of, limit, last -> cursor.after(last.id().toString()))
        .chain(read -> lines(read, sellerId).map(read::with));
  }

  private Uni<Page<SellerOrder>> lines(Read<SellerOrder> read, String sellerId) {
    Page<SellerOrder> page = read.page();
    UUID[] orders = page.items().stream().map(SellerOrder::id).toArray(UUID[]::new);
    return reads
        .rows(
            read.source(),
            LINES,
            Tuple.of(orders, sellerId),
            row -> new Owned(row.getUUID("order_id"), Line.of(row)))
        .map(owned -> {
          var byOrder = new HashMap<UUID, List<Line>>();
          owned.stream()
              .collect(Collectors.groupingBy(Owned::orderId))
              .forEach(
                  (order, lines) -> byOrder.put(order, lines.stream().map(Owned::line).toList()));
          return new Page<>(
              page.items().stream()
                  .map(order -> order.with(byOrder.getOrDefault(order.id(), List.of())))
                  .toList(),
              page.nextCursor());
        });
  }
}
