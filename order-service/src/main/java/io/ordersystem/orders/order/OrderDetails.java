package io.ordersystem.orders.order;

import io.ordersystem.orders.order.OrderView.NextAction;
import io.ordersystem.orders.order.OrderView.PaymentView;
import io.ordersystem.platform.ids.Ids;
import io.ordersystem.platform.reads.Reads;
import io.ordersystem.platform.security.Caller;
import io.ordersystem.platform.sql.Statements;
import io.ordersystem.platform.sql.Tx;
import io.smallrye.mutiny.Uni;
import io.vertx.core.json.JsonObject;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import jakarta.inject.Singleton;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads one order with everything that belongs to it, for those whose business it is. */
@Singleton
public class OrderDetails {
  private static final Pattern UUID_SHAPE =
      Pattern.compile("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}");

  /** What the caller may see is part of the query: another's order is not found. */
  private static final String FIND =
      """
      SELECT id, root_order_id, $4::boolean AS trusted,
             customer_id = $5::text IS TRUE AS customer, seller_id = $6::text IS TRUE AS seller
      FROM orders
      WHERE id >= $1 AND id <= $2 AND ($3::text IS NULL OR order_number = $3) AND deleted_at IS NULL
        AND ($4 OR customer_id = $5 OR seller_id = $6)
      LIMIT 1
      """;

  private static final String PAYMENT =
      "SELECT id, status, next_action FROM order_payments WHERE order_id = $1 LIMIT 1";

  private final Reads reads;

  OrderDetails(Reads reads) {
    this.reads = reads;
  }

  /**
   * The order as this caller sees it, perhaps a moment ago.
   *
   * @throws OrderNotFound when there is none, or it is another's
   */
  public Uni<OrderView> get(Caller caller, String idOrNumber) {
    Key key = key(idOrNumber).orElseThrow(() -> new OrderNotFound(idOrNumber));
    return reads.read(database -> get(database, key, caller, idOrNumber));
  }

  /** The same as it is now: for whoever decides by it, or has waited for it. */
  public Uni<OrderView> getLatest(Caller caller, String idOrNumber) {
    Key key = key(idOrNumber).orElseThrow(() -> new OrderNotFound(idOrNumber));
    return reads.readPrimary(database -> get(database, key, caller, idOrNumber));
  }

  /**
   * The order as those see it who are that to it, whoever asks.
   *
   * @throws OrderNotFound when there is none
   */
  Uni<OrderView> get(Statements database, UUID id, Standing standing) {
    return database
        .query(FIND, id, id, null, true, null, null)
        .map(rows -> found(rows, id.toString()))
        .map(found -> new Found(found.id(), found.rootId(), standing))
        .chain(found -> view(database, found));
  }

  /** The id that a text is; empty for an order number, and for what is neither. */
  public static Optional<UUID> id(String text) {
    return UUID_SHAPE.matcher(text).matches()
        ? Optional.of(UUID.fromString(text))
        : Optional.empty();
  }

  private static Uni<OrderView> get(
      Statements database, Key key, Caller caller, String idOrNumber) {
    return find(database, key, caller, idOrNumber).chain(found -> view(database, found));
  }

  /** An order that the caller may see, the root of its tree, and what the caller is to it. */
  record Found(UUID id, UUID rootId, Standing standing) {}

  /** Finds it within a reading or a transaction. */
  Uni<Found> find(Statements database, Caller caller, String idOrNumber) {
    Key key = key(idOrNumber).orElseThrow(() -> new OrderNotFound(idOrNumber));
    return find(database, key, caller, idOrNumber);
  }

  private static Uni<Found> find(Statements database, Key key, Caller caller, String idOrNumber) {
    return database.query(FIND, parameters(key, caller)).map(rows -> found(rows, idOrNumber));
  }

  /** A tree's order as the caller sees it, with what is known of its payment. */
  Uni<OrderView> view(Tx tx, OrderTree tree, Found found) {
    return tx.query(PAYMENT, tree.id())
        .map(OrderDetails::payment)
        .map(payment -> shown(tree, found, payment));
  }

  /** The id of an order that the caller may see now. */
  public Uni<UUID> find(Caller caller, String idOrNumber) {
    return reads.readPrimary(database -> findId(database, caller, idOrNumber));
  }

  /** The same within a reading. */
  public Uni<UUID> findId(Statements database, Caller caller, String idOrNumber) {
    return find(database, caller, idOrNumber).map(Found::id);
  }

  /** A range of ids, and the number when one was given: both prune to one partition. */
  private record Key(UUID from, UUID to, @Nullable String number) {}

  private static Optional<Key> key(String idOrNumber) {
    return id(idOrNumber)
        .map(id -> new Key(id, id, null))
        .or(() ->
            OrderNumber.dayOf(idOrNumber)
                .map(day -> new Key(floor(day), floor(day.plusDays(1)), idOrNumber)));
  }

  private static UUID floor(LocalDate day) {
    return Ids.floor(day.atStartOfDay(ZoneOffset.UTC).toInstant());
  }

  private static @Nullable Object[] parameters(Key key, Caller caller) {
    return new @Nullable Object[] {
      key.from(), key.to(), key.number(), caller.isTrusted(), caller.customerId(), caller.sellerId()
    };
  }

  private static Found found(RowSet<Row> rows, String idOrNumber) {
    if (!rows.iterator().hasNext()) {
      throw new OrderNotFound(idOrNumber);
    }
    Row row = rows.iterator().next();
    var standing =
        new Standing(
            row.getBoolean("trusted"), row.getBoolean("customer"), row.getBoolean("seller"));
    return new Found(row.getUUID("id"), row.getUUID("root_order_id"), standing);
  }

  private static Uni<OrderView> view(Statements database, Found found) {
    UUID rootId = found.rootId();
    return Uni.combine()
        .all()
        .unis(OrderReads.trees(database, rootId), database.query(PAYMENT, rootId))
        .with((trees, payment) -> shown(tree(trees, rootId), found, payment(payment)));
  }

  private static OrderTree tree(Map<UUID, OrderTree> trees, UUID rootId) {
    OrderTree tree = trees.get(rootId);
    if (tree == null) {
      throw new OrderNotFound(rootId.toString());
    }
    return tree;
  }

  private static OrderView shown(OrderTree tree, Found found, PaymentView payment) {
    UUID id = found.id();
    if (tree.id().equals(id)) {
      return OrderView.of(tree, found.standing().seesPayment() ? payment : PaymentView.NONE);
    }
    return tree.children().stream()
        .filter(child -> child.header().id().equals(id))
        .map(child -> OrderView.of(child, List.of(), null))
        .findFirst()
        .orElseThrow(() -> new OrderNotFound(id.toString()));
  }

  private static PaymentView payment(RowSet<Row> rows) {
    return rows.iterator().hasNext() ? payment(rows.iterator().next()) : PaymentView.NONE;
  }

  private static PaymentView payment(Row row) {
    JsonObject action = row.getJsonObject("next_action");
    return new PaymentView(
        row.getUUID("id"),
        row.getString("status"),
        action == null
            ? null
            : new NextAction(
                action.getString("type"),
                action.getString("url"),
                action.getString("clientSecret")));
  }
}
