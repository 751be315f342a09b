package io.ordersystem.orders.order;

import io.ordersystem.orders.order.OrderView.NextAction;
import io.ordersystem.orders.order.OrderView.PaymentView;
import io.ordersystem.platform.ids.Ids;
import io.ordersystem.platform.reads.KeyedReading;
import io.ordersystem.platform.reads.Reads;
import io.ordersystem.platform.security.Caller;
import io.ordersystem.platform.sql.SqlFailures;
import io.ordersystem.platform.sql.Statements;
import io.ordersystem.platform.sql.Tx;
import io.smallrye.mutiny.Uni;
import io.vertx.core.json.JsonObject;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.LocalDate;
import java.time.YearMonth;
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

  private static final String FOUND =
      """
      SELECT id, root_order_id, $2::boolean AS trusted,
             customer_id = $3::text IS TRUE AS customer, seller_id = $4::text IS TRUE AS seller
      FROM orders_{month}
      """;

  /** What the caller may see is part of the query: another's order is not found. */
  private static final String VISIBLE =
      " AND deleted_at IS NULL AND ($2 OR customer_id = $3 OR seller_id = $4)";

  private static final String FIND = FOUND + "WHERE id = $1::uuid" + VISIBLE;

  private static final String FIND_BY_NUMBER = FOUND + "WHERE order_number = $1::text" + VISIBLE;

  private static final String PAYMENT =
      "SELECT id, status, next_action FROM order_payments_{month} WHERE order_id = $1 LIMIT 1";

  private final Reads reads;
  private final Clock clock;

  OrderDetails(Reads reads, Clock clock) {
    this.reads = reads;
    this.clock = clock;
  }

  /**
   * The order as this caller sees it, perhaps a moment ago.
   *
   * @throws OrderNotFound when there is none, or it is another's
   */
  public Uni<OrderView> get(Caller caller, String idOrNumber) {
    Key key = key(idOrNumber);
    return reads.read(new KeyedReading<>(database -> get(database, key, caller)));
  }

  /** The same as it is now: for whoever decides by it, or has waited for it. */
  public Uni<OrderView> getLatest(Caller caller, String idOrNumber) {
    Key key = key(idOrNumber);
    return reads.readPrimary(new KeyedReading<>(database -> get(database, key, caller)));
  }

  /**
   * The order as those see it who are that to it, whoever asks.
   *
   * @throws OrderNotFound when there is none
   */
  Uni<OrderView> get(Statements database, UUID id, Standing standing) {
    return find(database, key(id), true, null, null)
        .map(found -> new Found(found.id(), found.rootId(), standing))
        .chain(found -> view(database, found));
  }

  /** The id that a text is; empty for an order number, and for what is neither. */
  public static Optional<UUID> id(String text) {
    return UUID_SHAPE.matcher(text).matches()
        ? Optional.of(UUID.fromString(text))
        : Optional.empty();
  }

  private static Uni<OrderView> get(Statements database, Key key, Caller caller) {
    return find(database, key, caller).chain(found -> view(database, found));
  }

  /** An order that the caller may see, the root of its tree, and what the caller is to it. */
  record Found(UUID id, UUID rootId, Standing standing) {}

  /** Finds it within a reading or a transaction. */
  Uni<Found> find(Statements database, Caller caller, String idOrNumber) {
    return find(database, key(idOrNumber), caller);
  }

  private static Uni<Found> find(Statements database, Key key, Caller caller) {
    return find(database, key, caller.isTrusted(), caller.customerId(), caller.sellerId());
  }

  private static Uni<Found> find(
      Statements database,
      Key key,
      boolean trusted,
      @Nullable String customerId,
      @Nullable String sellerId) {
    return database
        .query(key.month().in(key.find()), key.value(), trusted, customerId, sellerId)
        .map(rows -> found(rows, key))
        // There are no orders of that month, or they are detached.
        .onFailure(SqlFailures::isUndefinedTable)
        .transform(failure -> key.notFound());
  }

  /** A tree's order as the caller sees it, with what is known of its payment. */
  Uni<OrderView> view(Tx tx, OrderTree tree, Found found) {
    return tx.query(Month.of(tree.id()).in(PAYMENT), tree.id())
        .map(OrderDetails::payment)
        .map(payment -> shown(tree, found, payment));
  }

  /** The id of an order that the caller may see now. */
  public Uni<UUID> find(Caller caller, String idOrNumber) {
    return reads.readPrimary(new KeyedReading<>(database -> findId(database, caller, idOrNumber)));
  }

  /** The same within a reading. */
  public Uni<UUID> findId(Statements database, Caller caller, String idOrNumber) {
    return find(database, caller, idOrNumber).map(Found::id);
  }

  /**
   * What an order is looked up by.
   *
   * @param find the statement for it
   */
  private record Key(Month month, String find, Object value) {
    OrderNotFound notFound() {
      return new OrderNotFound(value.toString());
    }
  }

  private Key key(String idOrNumber) {
    return id(idOrNumber)
        .map(this::key)
        .or(() -> OrderNumber.dayOf(idOrNumber).map(day -> key(day, idOrNumber)))
        .orElseThrow(() -> new OrderNotFound(idOrNumber));
  }

  /** Most of what looks like an id and is none is from times to come: nobody is asked for it. */
  void requirePast(UUID id) {
    if (Ids.timeOf(id).isAfter(clock.instant().plus(Month.AHEAD))) {
      throw new OrderNotFound(id.toString());
    }
  }

  private Key key(UUID id) {
    requirePast(id);
    return new Key(Month.of(id), FIND, id);
  }

  private static Key key(LocalDate day, String number) {
    return new Key(Month.of(YearMonth.from(day)), FIND_BY_NUMBER, number);
  }

  private static Found found(RowSet<Row> rows, Key key) {
    if (!rows.iterator().hasNext()) {
      throw key.notFound();
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
        .unis(
            OrderReads.trees(database, rootId),
            database.query(Month.of(rootId).in(PAYMENT), rootId))
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
