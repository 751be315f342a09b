package io.ordersystem.devstack.data;

import io.ordersystem.devstack.data.MadeOrder.Leaf;
import io.ordersystem.devstack.data.MadeOrder.Line;
import io.ordersystem.devstack.postgres.Database;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The rows of a month in order-service's tables. There are none of {@code order_payments}: an order
 * that costs nothing has no payment.
 */
final class OrderLoads implements AutoCloseable {
  private static final Duration EXPIRY = Duration.ofMinutes(15);

  private final Load orders;
  private final Load items;
  private final Load timeline;
  private final Load sagas;
  private final Loads all = new Loads();

  OrderLoads(Database database, String schema, FillMonth month, boolean fresh) throws SQLException {
    try {
      orders =
          all.add(
              Load.into(
                  database,
                  schema + ".orders_" + month.suffix(),
                  fresh,
                  "id",
                  "order_number",
                  "root_order_id",
                  "parent_order_id",
                  "is_split",
                  "customer_id",
                  "seller_id",
                  "status",
                  "payment_status",
                  "fulfilment_status",
                  "cancel_reason",
                  "currency",
                  "items_amount",
                  "shipping_amount",
                  "discount_amount",
                  "tax_amount",
                  "total_amount",
                  "item_count",
                  "payment_method",
                  "shipping_address",
                  "contact",
                  "expires_at",
                  "version",
                  "created_at",
                  "updated_at",
                  "cancelled_amount",
                  "shipments"));
      items =
          all.add(
              Load.into(
                  database,
                  schema + ".order_items_" + month.suffix(),
                  fresh,
                  "id",
                  "order_id",
                  "line",
                  "variant_id",
                  "seller_id",
                  "name",
                  "quantity",
                  "unit_price",
                  "discount_amount",
                  "shipping_amount",
                  "tax_amount",
                  "total_price",
                  "status",
                  "reservation_key",
                  "cancelled_quantity",
                  "shipped_quantity",
                  "delivered_quantity",
                  "cancelled_amount"));
      timeline =
          all.add(
              Load.into(
                  database,
                  schema + ".order_timeline_" + month.suffix(),
                  fresh,
                  "order_id",
                  "version",
                  "type",
                  "time",
                  "actor",
                  "data"));
      sagas =
          all.add(
              Load.into(database, schema + ".order_sagas", false, "order_id", "step", "version"));
    } catch (SQLException | RuntimeException e) {
      all.close();
      throw e;
    }
  }

  void add(MadeOrder order) {
    Life life = Life.of(order);
    if (order.isSplit()) {
      addParent(order, life);
    }
    for (Leaf leaf : order.leaves()) {
      addLeaf(order, leaf, life);
    }
    sagas
        .row()
        .uuid(order.id())
        .text(order.fate().isCancelled() ? "CANCELLED" : "COMPLETED")
        .bigint(order.fate().isCancelled() ? 2 : 3);
  }

  private void addParent(MadeOrder order, Life life) {
    List<Life.Step> steps = life.stepsOfParent(order);
    row(order, order.id(), order.number(), null, order.lines(), steps, "[]");
    addTimeline(order.id(), steps);
  }

  private void addLeaf(MadeOrder order, Leaf leaf, Life life) {
    List<Life.Step> steps = life.steps(order, leaf);
    String shipments = order.fate().hasLeft() ? Json.shipments(leaf, life) : "[]";
    row(order, leaf.id(), leaf.number(), leaf.sellerId(), leaf.lines(), steps, shipments);
    addTimeline(leaf.id(), steps);
    for (Line line : leaf.lines()) {
      addItem(order.fate(), leaf, line);
    }
  }

  private void row(
      MadeOrder order,
      UUID id,
      String number,
      @Nullable String sellerId,
      List<Line> lines,
      List<Life.Step> steps,
      String shipments) {
    Amounts amounts = Amounts.of(lines);
    Instant placed = order.placed();
    Fate fate = order.fate();
    boolean root = id.equals(order.id());
    orders
        .row()
        .uuid(id)
        .text(number)
        .uuid(order.id())
        .uuid(root ? null : order.id())
        .bool(root && order.isSplit())
        .text(order.customerId())
        .text(sellerId)
        .text(fate.status)
        .text("NONE")
        .text(fate.fulfilment)
        .text(fate.isCancelled() ? fate.name() : null)
        .text("EUR")
        .bigint(amounts.goods())
        .bigint(amounts.shipping())
        .bigint(amounts.discount())
        .bigint(0)
        .bigint(amounts.total())
        .integer(lines.size())
        .text("voucher")
        .json(Json.address(order.customer()))
        .json(Json.contact(order.customer()))
        .time(placed.plus(EXPIRY))
        .bigint(steps.size())
        .time(placed)
        .time(steps.getLast().time())
        .bigint(fate.isCancelled() ? amounts.total() : 0)
        .json(shipments);
  }

  private void addTimeline(UUID id, List<Life.Step> steps) {
    int version = 0;
    for (Life.Step step : steps) {
      version++;
      timeline
          .row()
          .uuid(id)
          .bigint(version)
          .text(step.type())
          .time(step.time())
          .text(step.actor())
          .json(Json.change(step));
    }
  }

  private void addItem(Fate fate, Leaf leaf, Line line) {
    items
        .row()
        .uuid(line.id())
        .uuid(leaf.id())
        .integer(line.number())
        .text(Offers.variantId(line.offer()))
        .text(leaf.sellerId())
        .text(Offers.name(line.offer()))
        .integer(line.quantity())
        .bigint(line.unitPrice())
        .bigint(line.discount())
        .bigint(line.shipping())
        .bigint(0)
        .bigint(line.total())
        .text(fate.status)
        .text(line.id().toString())
        .integer(fate.isCancelled() ? line.quantity() : 0)
        .integer(fate.hasLeft() ? line.quantity() : 0)
        .integer(fate == Fate.DELIVERED ? line.quantity() : 0)
        .bigint(fate.isCancelled() ? line.total() : 0);
  }

  void end() throws SQLException {
    all.end();
  }

  void commit() throws SQLException {
    all.commit();
  }

  @Override
  public void close() throws SQLException {
    all.close();
  }
}
