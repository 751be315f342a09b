package io.ordersystem.orders.lists;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toList;

import io.ordersystem.orders.lists.NewestFirst.Range;
import io.ordersystem.orders.order.CachedOrders;
import io.ordersystem.orders.order.ItemStatus;
import io.ordersystem.orders.order.Month;
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
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A seller's orders, newest first: its children of split orders and the orders it has alone, with
 * its lines.
 */
@ApplicationScoped
class SellerOrders {
  private static final String ORDERS =
      """
      SELECT o.id, o.order_number, o.status, o.payment_status, o.fulfilment_status, o.version, o.parent_order_id, o.currency,
             o.total_amount, o.item_count, o.created_at, o.updated_at
      FROM (SELECT DISTINCT ON (order_id) order_id FROM order_items_{month}
            WHERE order_id < $1 AND seller_id = $3
      """;

  private static final String NEWEST =
      """
       ORDER BY order_id DESC) AS mine
      JOIN orders_{month} o ON o.id = mine.order_id
      WHERE o.deleted_at IS NULL
      ORDER BY mine.order_id DESC LIMIT $2
      """;

  /** Walks the seller's lines newest order first; many lines of one order count once. */
  static final String LIST = ORDERS + NEWEST;

  static final String OF_STATUS = ORDERS + "AND status = $4" + NEWEST;

  private static final String LINES =
      """
      SELECT id, order_id, variant_id, name, quantity, unit_price, total_price, status, cancelled_quantity, shipped_quantity,
             delivered_quantity, refunded_quantity
      FROM order_items_{month} WHERE order_id = ANY ($1) AND seller_id = $2 ORDER BY order_id, line
      """;

  private final Reads reads;
  private final CachedOrders cached;
  private final JsonBody json;
  private final Clock clock;

  SellerOrders(Reads reads, CachedOrders cached, JsonBody json, Clock clock) {
    this.reads = reads;
    this.cached = cached;
    this.json = json;
    this.clock = clock;
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

  /**
   * A page as JSON; the first one of all orders is cached.
   *
   * @param itemStatus only orders with a line in it; null for all
   */
  Uni<Buffer> list(
      String sellerId, @Nullable String itemStatus, int limit, @Nullable String cursorText) {
    if (itemStatus != null
        && Arrays.stream(ItemStatus.values()).noneMatch(s -> s.name().equals(itemStatus))) {
      throw new DomainException(
          ProblemType.VALIDATION_FAILED,
          "itemStatus must be one of " + List.of(ItemStatus.values()));
    }
    var cursor = new Cursor("sellers/" + sellerId + "/orders/" + itemStatus);
    Range all = Range.below(cursor.readId(cursorText), clock);
    var page =
        new KeyedReading<>(database -> page(database, sellerId, itemStatus, limit, all, cursor));
    if (itemStatus == null && cursorText == null && limit == Page.DEFAULT_LIMIT) {
      return cached.firstPageOfSeller(sellerId, page);
    }
    return reads.read(page).map(json::of);
  }

  private static Uni<Page<SellerOrder>> page(
      Statements database,
      String sellerId,
      @Nullable String itemStatus,
      int limit,
      Range range,
      Cursor cursor) {
    var list =
        itemStatus == null
            ? new NewestFirst(database, LIST, sellerId)
            : new NewestFirst(database, OF_STATUS, sellerId, itemStatus);
    return list.read(range, limit + 1, SellerOrder::of)
        .map(rows -> Page.of(rows, limit, last -> cursor.after(last.id().toString())))
        .chain(page -> withLines(database, page, sellerId));
  }

  private static Uni<Page<SellerOrder>> withLines(
      Statements database, Page<SellerOrder> page, String sellerId) {
    List<Uni<RowSet<Row>>> months =
        page.items().stream()
            .collect(groupingBy(order -> Month.of(order.id()), mapping(SellerOrder::id, toList())))
            .entrySet()
            .stream()
            .map(month ->
                database.query(
                    month.getKey().in(LINES), month.getValue().toArray(UUID[]::new), sellerId))
            .toList();
    return months.isEmpty()
        ? Uni.createFrom().item(page)
        : Uni.join().all(months).andFailFast().map(lines -> withLines(page, lines));
  }

  private static Page<SellerOrder> withLines(Page<SellerOrder> page, List<RowSet<Row>> months) {
    var byOrder = new HashMap<UUID, List<Line>>();
    for (RowSet<Row> rows : months) {
      rows.forEach(row ->
          byOrder
              .computeIfAbsent(row.getUUID("order_id"), id -> new ArrayList<>())
              .add(Line.of(row)));
    }
    return new Page<>(
        page.items().stream()
            .map(order -> order.with(byOrder.getOrDefault(order.id(), List.of())))
            .toList(),
        page.nextCursor());
  }
}
