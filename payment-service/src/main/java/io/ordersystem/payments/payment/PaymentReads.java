package io.ordersystem.payments.payment;

import io.ordersystem.contracts.payment.PaymentChanged.NextAction;
import io.ordersystem.platform.problem.DomainException;
import io.ordersystem.platform.problem.ProblemType;
import io.ordersystem.platform.security.Caller;
import io.ordersystem.platform.sql.Tx;
import io.smallrye.mutiny.Uni;
import io.vertx.core.json.JsonObject;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Reads payments for those whose money it is; of a seller only its own share. */
@Singleton
public class PaymentReads {
  private static final String FIND =
      """
      SELECT p.*, ($3::boolean OR p.customer_id = $4::text) IS TRUE AS whole FROM payments p
      WHERE ($1::uuid IS NULL OR p.id = $1) AND ($2::uuid IS NULL OR p.order_id = $2)
        AND ($3 OR p.customer_id = $4
             OR EXISTS (SELECT 1 FROM payment_shares s WHERE s.payment_id = p.id AND s.seller_id = $5::text))
      LIMIT 1
      """;
  private static final String SHARES =
      "SELECT * FROM payment_shares WHERE payment_id = $1 AND ($2::text IS NULL OR seller_id = $2) ORDER BY order_id";
  private static final String EVENTS =
      """
      SELECT * FROM payment_events e
      WHERE payment_id = $1 AND ($2::text IS NULL OR order_id IS NULL
        OR order_id IN (SELECT order_id FROM payment_shares s WHERE s.payment_id = e.payment_id AND s.seller_id = $2))
      ORDER BY position LIMIT 1000
      """;

  private static final String REFUNDS =
      """
      SELECT o.* FROM payment_operations o JOIN payment_shares s USING (payment_id, order_id)
      WHERE o.payment_id = $1 AND o.kind = 'REFUND' AND ($2::text IS NULL OR s.seller_id = $2)
      ORDER BY o.position LIMIT 1000
      """;

  private final Pool pool;

  PaymentReads(Pool pool) {
    this.pool = pool;
  }

  /** How a statement is run: on a connection of its own, or within a transaction. */
  @FunctionalInterface
  private interface Statements {
    Uni<RowSet<Row>> query(String sql, @Nullable Object... parameters);
  }

  /**
   * An id of a payment or order as it came.
   *
   * @throws DomainException {@code not-found}, because what is no id names nothing
   */
  public static UUID id(String text) {
    try {
      return UUID.fromString(text);
    } catch (IllegalArgumentException e) {
      throw new DomainException(ProblemType.NOT_FOUND, "no such payment");
    }
  }

  /** Finds by the payment's id or by its order's; exactly one of them. */
  public Uni<PaymentView> get(Caller caller, @Nullable UUID id, @Nullable UUID orderId) {
    return pool.withConnection(connection ->
        get(
            (sql, parameters) -> connection.preparedQuery(sql).execute(Tuple.from(parameters)),
            caller,
            id,
            orderId));
  }

  /** A payment as the caller sees it in the middle of a transaction. */
  public Uni<PaymentView> get(Tx tx, Caller caller, UUID id) {
    return get(tx::query, caller, id, null);
  }

  private static Uni<PaymentView> get(
      Statements statements, Caller caller, @Nullable UUID id, @Nullable UUID orderId) {
    return statements
        .query(FIND, id, orderId, caller.isTrusted(), caller.customerId(), caller.sellerId())
        .chain(rows -> {
          if (!rows.iterator().hasNext()) {
            throw new DomainException(ProblemType.NOT_FOUND, "no such payment");
          }
          Row row = rows.iterator().next();
          return view(statements, row, row.getBoolean("whole") ? null : caller.sellerId());
        });
  }

  private static Uni<PaymentView> view(Statements statements, Row row, @Nullable String seller) {
    UUID id = row.getUUID("id");
    return Uni.combine()
        .all()
        .unis(
            statements.query(SHARES, id, seller),
            statements.query(EVENTS, id, seller),
            statements.query(REFUNDS, id, seller))
        .with((shares, events, refunds) -> view(row, shares, events, refunds, seller));
  }

  private static PaymentView view(
      Row row,
      Iterable<Row> shareRows,
      Iterable<Row> eventRows,
      Iterable<Row> refundRows,
      @Nullable String seller) {
    List<PaymentView.SharePart> shares = new ArrayList<>();
    shareRows.forEach(share ->
        shares.add(
            new PaymentView.SharePart(
                share.getUUID("order_id"),
                share.getString("seller_id"),
                share.getLong("amount"),
                share.getLong("claimed_amount"),
                share.getLong("captured_amount"),
                share.getLong("released_amount"),
                share.getLong("refunding_amount"),
                share.getLong("refunded_amount"),
                share.getLong("disputed_amount"))));
    List<PaymentView.Refund> refunds = new ArrayList<>();
    refundRows.forEach(refund ->
        refunds.add(
            new PaymentView.Refund(
                refund.getUUID("id"),
                refund.getUUID("order_id"),
                refund.getLong("amount"),
                refund.getString("status"),
                refund.getString("reason"),
                refund.getString("failure_code"),
                refund.getOffsetDateTime("created_at").toInstant())));
    List<PaymentView.Event> events = new ArrayList<>();
    eventRows.forEach(event ->
        events.add(
            new PaymentView.Event(
                event.getLong("version"),
                event.getString("kind") + "_" + event.getString("result"),
                event.getUUID("subject"),
                event.getUUID("order_id"),
                event.getLong("amount"),
                event.getString("detail"),
                event.getOffsetDateTime("created_at").toInstant())));
    // What the customer has to do, and the secret that lets it be done, is not the seller's.
    JsonObject action = seller == null ? row.getJsonObject("next_action") : null;
    return new PaymentView(
        row.getUUID("id"),
        row.getUUID("order_id"),
        row.getString("status"),
        row.getString("currency"),
        row.getLong("amount"),
        row.getLong("authorized_amount"),
        row.getLong("captured_amount"),
        row.getLong("released_amount"),
        row.getLong("refunded_amount"),
        row.getLong("refunding_amount"),
        row.getLong("advanced_amount")
            - row.getLong("drawn_amount")
            - row.getLong("returned_amount"),
        row.getLong("returned_amount"),
        row.getLong("disputed_amount"),
        row.getString("mode").toLowerCase(Locale.ROOT).replace('_', '-'),
        row.getString("decline_code"),
        action == null
            ? null
            : new NextAction(
                action.getString("type"),
                action.getString("url"),
                action.getString("clientSecret")),
        shares,
        events,
        refunds,
        row.getLong("version"),
        row.getOffsetDateTime("created_at").toInstant(),
        row.getOffsetDateTime("updated_at").toInstant());
  }
}
