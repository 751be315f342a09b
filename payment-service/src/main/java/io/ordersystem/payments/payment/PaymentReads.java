package io.ordersystem.payments.payment;

import io.ordersystem.contracts.payment.PaymentChanged.NextAction;
import io.ordersystem.payments.payment.PaymentView.SharePart;
import io.ordersystem.platform.problem.DomainException;
import io.ordersystem.platform.problem.ProblemType;
import io.ordersystem.platform.reads.Reads;
import io.ordersystem.platform.security.Caller;
import io.ordersystem.platform.sql.Statements;
import io.ordersystem.platform.sql.Tx;
import io.smallrye.mutiny.Uni;
import io.vertx.core.json.JsonObject;
import io.vertx.mutiny.sqlclient.Row;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/** Reads payments for those whose money it is; of a seller only its own share. */
@Singleton
public class PaymentReads {
  private static final String FIND =
      """
      SELECT p.id, p.order_id, p.status, p.currency, p.amount, p.authorized_amount, p.captured_amount, p.released_amount,
        p.refunded_amount, p.refunding_amount, p.advanced_amount, p.drawn_amount, p.returned_amount, p.disputed_amount, p.mode,
        p.decline_code, p.next_action, p.version, p.created_at, p.updated_at,
        ($3::boolean OR p.customer_id = $4::text) IS TRUE AS whole
      FROM payments p
      WHERE ($1::uuid IS NULL OR p.id = $1) AND ($2::uuid IS NULL OR p.order_id = $2)
        AND ($3 OR p.customer_id = $4
             OR EXISTS (SELECT 1 FROM payment_shares s WHERE s.payment_id = p.id AND s.seller_id = $5::text))
      LIMIT 1
      """;
  private static final String SHARES =
      """
      SELECT order_id, seller_id, amount, claimed_amount, captured_amount, released_amount, refunding_amount, refunded_amount,
        disputed_amount
      FROM payment_shares WHERE payment_id = $1 AND ($2::text IS NULL OR seller_id = $2) ORDER BY order_id
      """;
  private static final String EVENTS =
      """
      SELECT version, kind, result, subject, order_id, amount, detail, created_at FROM payment_events e
      WHERE payment_id = $1 AND ($2::text IS NULL OR order_id IS NULL
        OR order_id IN (SELECT order_id FROM payment_shares s WHERE s.payment_id = e.payment_id AND s.seller_id = $2))
      ORDER BY position LIMIT 1000
      """;

  private static final String REFUNDS =
      """
      SELECT o.id, o.order_id, o.amount, o.status, o.reason, o.failure_code, o.created_at
      FROM payment_operations o JOIN payment_shares s USING (payment_id, order_id)
      WHERE o.payment_id = $1 AND o.kind = 'REFUND' AND ($2::text IS NULL OR s.seller_id = $2)
      ORDER BY o.position LIMIT 1000
      """;

  private final Reads reads;

  PaymentReads(Reads reads) {
    this.reads = reads;
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
    return reads.read(database -> get(database, caller, id, orderId));
  }

  /** A payment as the caller sees it in the middle of a transaction. */
  public Uni<PaymentView> get(Tx tx, Caller caller, UUID id) {
    return get((Statements) tx, caller, id, null);
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
          return view(
              statements,
              row,
              new Sight(caller.isTrusted(), row.getBoolean("whole") ? null : caller.sellerId()));
        });
  }

  /**
   * How much a caller sees.
   *
   * @param all also what operators wrote for themselves
   * @param seller of a seller: only its own share
   */
  private record Sight(boolean all, @Nullable String seller) {}

  private static Uni<PaymentView> view(Statements statements, Row row, Sight sight) {
    UUID id = row.getUUID("id");
    String seller = sight.seller();
    return Uni.combine()
        .all()
        .unis(
            statements.query(SHARES, id, seller),
            statements.query(EVENTS, id, seller),
            statements.query(REFUNDS, id, seller))
        .with((shares, events, refunds) -> view(row, shares, events, refunds, sight));
  }

  private static PaymentView view(
      Row row,
      Iterable<Row> shareRows,
      Iterable<Row> eventRows,
      Iterable<Row> refundRows,
      Sight sight) {
    String seller = sight.seller();
    List<SharePart> shares = new ArrayList<>();
    shareRows.forEach(share ->
        shares.add(
            new SharePart(
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
                sight.all() || isForAll(event) ? event.getString("detail") : null,
                event.getOffsetDateTime("created_at").toInstant())));
    boolean whole = seller == null;
    // What the customer has to do, and the secret that lets it be done, is not the seller's.
    JsonObject action = seller == null ? row.getJsonObject("next_action") : null;
    return new PaymentView(
        row.getUUID("id"),
        row.getUUID("order_id"),
        row.getString("status"),
        row.getString("currency"),
        whole ? row.getLong("amount") : sum(shares, SharePart::amount),
        whole ? row.getLong("authorized_amount") : held(row, shares),
        whole ? row.getLong("captured_amount") : sum(shares, SharePart::capturedAmount),
        whole ? row.getLong("released_amount") : sum(shares, SharePart::releasedAmount),
        whole ? row.getLong("refunded_amount") : sum(shares, SharePart::refundedAmount),
        whole ? row.getLong("refunding_amount") : sum(shares, SharePart::refundingAmount),
        whole ? ahead(row) : 0,
        whole ? row.getLong("returned_amount") : 0,
        whole ? row.getLong("disputed_amount") : sum(shares, SharePart::disputedAmount),
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

  /** What is written to a hand of operators may name people. */
  private static boolean isForAll(Row event) {
    return switch (Fact.Kind.valueOf(event.getString("kind"))) {
      case AUTHORIZATION, CAPTURE, RELEASE, REFUND -> true;
      case CANCELLATION, ADVANCE, RETURN, DISPUTE -> false;
    };
  }

  private static long ahead(Row row) {
    return row.getLong("advanced_amount")
        - row.getLong("drawn_amount")
        - row.getLong("returned_amount");
  }

  /** Of a seller's shares: all of them, once the whole is held. */
  private static long held(Row row, List<SharePart> shares) {
    return row.getLong("authorized_amount") > 0 ? sum(shares, SharePart::amount) : 0;
  }

  private static long sum(List<SharePart> shares, ToLongFunction<SharePart> amount) {
    return shares.stream().mapToLong(amount).sum();
  }
}
