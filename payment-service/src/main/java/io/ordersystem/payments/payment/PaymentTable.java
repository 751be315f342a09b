package io.ordersystem.payments.payment;

import io.ordersystem.contracts.payment.PaymentChanged.NextAction;
import io.ordersystem.payments.payment.Payment.Changed;
import io.ordersystem.platform.events.Cause;
import io.ordersystem.platform.events.OutgoingEvent;
import io.ordersystem.platform.outbox.Outbox;
import io.ordersystem.platform.problem.DomainException;
import io.ordersystem.platform.problem.ProblemType;
import io.ordersystem.platform.sql.Tx;
import io.smallrye.mutiny.Uni;
import io.vertx.core.json.JsonObject;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The payments' rows, each version with its event in the list and in the outbox. */
@Singleton
public class PaymentTable {
  private final Outbox outbox;
  private final Clock clock;

  PaymentTable(Outbox outbox, Clock clock) {
    this.outbox = outbox;
    this.clock = clock;
  }

  /** A new payment with the parts that belong to the child orders. */
  public record New(Changed changed, List<Share> shares, Cause cause) {}

  /** The part of one child order, minor units. */
  public record Share(UUID orderId, String sellerId, long amount) {}

  /** Stores new payments, leaving out orders that have one; answers the orders that got theirs. */
  public Uni<Void> insert(Tx tx, List<New> payments) {
    if (payments.isEmpty()) {
      return Uni.createFrom().voidItem();
    }
    List<Payment> rows = payments.stream().map(New::changed).map(Changed::payment).toList();
    return tx.query(
            """
            INSERT INTO payments (id, order_id, customer_id, currency, amount, status, payment_method, void_reason, task,
              next_attempt_at, version, created_at, updated_at)
            SELECT p.id, p.order_id, p.customer_id, p.currency, p.amount, p.status, p.payment_method, p.void_reason, p.task,
              CASE WHEN p.task IS NULL THEN NULL ELSE $10::timestamptz END, 1, $10, $10
            FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::bigint[], $6::text[], $7::text[], $8::text[], $9::text[])
              AS p(id, order_id, customer_id, currency, amount, status, payment_method, void_reason, task)
            ON CONFLICT DO NOTHING RETURNING order_id
            """,
            uuids(rows, Payment::id),
            uuids(rows, Payment::orderId),
            texts(rows, Payment::customerId),
            texts(rows, Payment::currency),
            longs(rows, Payment::amount),
            texts(rows, payment -> payment.state().status().name()),
            texts(rows, Payment::paymentMethod),
            texts(rows, payment -> payment.state().voidReason()),
            texts(rows, payment -> name(payment.state().task())),
            time(clock.instant()))
        .map(inserted -> fresh(payments, inserted))
        .chain(fresh ->
            insertShares(tx, fresh)
                .chain(() -> tell(tx, fresh.stream().map(New::changed).toList(), fresh)));
  }

  /** Locks the payments of these orders, in id order. */
  public Uni<List<Payment>> lockOfOrders(Tx tx, Collection<UUID> orderIds) {
    return tx.query(
            "SELECT * FROM payments WHERE order_id = ANY ($1) ORDER BY id FOR UPDATE",
            (Object) orderIds.toArray(UUID[]::new))
        .map(PaymentTable::payments);
  }

  /** Locks one payment. */
  public Uni<Optional<Payment>> lock(Tx tx, UUID id) {
    return tx.query("SELECT * FROM payments WHERE id = $1 FOR UPDATE", id)
        .map(rows -> payments(rows).stream().findFirst());
  }

  /**
   * Stores the next version of a locked payment and tells the world.
   *
   * @param due when the provider is to be asked for the task, if there is one
   */
  public Uni<Void> save(Tx tx, Changed changed, Instant due, Cause cause) {
    return save(tx, changed, due, cause, true);
  }

  /** The same beside a call that may be under way: its lease stays. */
  Uni<Void> saveBeside(Tx tx, Changed changed, Instant due, Cause cause) {
    return save(tx, changed, due, cause, false);
  }

  private Uni<Void> save(Tx tx, Changed changed, Instant due, Cause cause, boolean endsLease) {
    return write(tx, changed.payment(), changed.payment().version() - 1, due, endsLease)
        .chain(() -> tell(tx, List.of(changed), List.of(new New(changed, List.of(), cause))));
  }

  /** Stores what a call of the provider left that is no news for others, and ends its lease. */
  public Uni<Void> saveQuietly(Tx tx, Payment payment, Instant due) {
    return write(tx, payment, payment.version(), due, true);
  }

  /**
   * Stores what somebody else has to say of a payment whose call may be under way: its lease stays,
   * or a second call would begin beside it.
   */
  public Uni<Void> note(Tx tx, Payment payment, Instant due) {
    return write(tx, payment, payment.version(), due, false);
  }

  private Uni<Void> write(Tx tx, Payment payment, long before, Instant due, boolean endsLease) {
    Payment.State state = payment.state();
    return tx.update(
            """
            UPDATE payments SET status = $3, authorized_amount = $4, provider_reference = $5, decline_code = $6, next_action = $7,
              void_reason = $8, task = $9, attempts = $10, next_attempt_at = $11,
              leased_until = CASE WHEN $14::boolean THEN NULL ELSE leased_until END, version = $12, updated_at = $13,
              captured_amount = $15, released_amount = $16, refunded_amount = $17, closed = $18
            WHERE id = $1 AND version = $2
            """,
            payment.id(),
            before,
            state.status().name(),
            state.money().authorized(),
            state.reference(),
            state.declineCode(),
            json(state.nextAction()),
            state.voidReason(),
            name(state.task()),
            state.attempts(),
            state.task() == null ? null : time(due),
            payment.version(),
            time(clock.instant()),
            endsLease,
            state.money().captured(),
            state.money().released(),
            state.money().refunded(),
            state.money().closed())
        .invoke(count -> {
          if (count != 1) {
            throw new DomainException(
                ProblemType.CONCURRENT_UPDATE, "the payment changed while it was being changed");
          }
        })
        .replaceWithVoid();
  }

  private static List<New> fresh(List<New> asked, RowSet<Row> inserted) {
    var orders = new java.util.HashSet<UUID>();
    inserted.forEach(row -> orders.add(row.getUUID("order_id")));
    return asked.stream()
        .filter(payment -> orders.contains(payment.changed().payment().orderId()))
        .toList();
  }

  private static Uni<Void> insertShares(Tx tx, List<New> payments) {
    record Owned(UUID paymentId, Share share) {}
    List<Owned> shares =
        payments.stream()
            .flatMap(payment ->
                payment.shares().stream()
                    .map(share -> new Owned(payment.changed().payment().id(), share)))
            .toList();
    return tx.query(
            """
            INSERT INTO payment_shares (payment_id, order_id, seller_id, amount)
            SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::bigint[])
            """,
            uuids(shares, Owned::paymentId),
            uuids(shares, owned -> owned.share().orderId()),
            texts(shares, owned -> owned.share().sellerId()),
            longs(shares, owned -> owned.share().amount()))
        .replaceWithVoid();
  }

  private Uni<Void> tell(Tx tx, List<Changed> changes, List<New> causes) {
    if (changes.isEmpty()) {
      return Uni.createFrom().voidItem();
    }
    return tx.query(
            """
            INSERT INTO payment_events (payment_id, version, type, amount, provider_reference, detail, created_at)
            SELECT e.*, $7 FROM unnest($1::uuid[], $2::bigint[], $3::text[], $4::bigint[], $5::text[], $6::text[]) AS e
            """,
            uuids(changes, changed -> changed.payment().id()),
            longs(changes, changed -> changed.payment().version()),
            texts(changes, PaymentTable::entry),
            longs(changes, PaymentTable::amount),
            texts(changes, changed -> changed.payment().state().reference()),
            texts(changes, PaymentTable::detail),
            time(clock.instant()))
        .chain(() -> outbox.append(tx, causes.stream().map(PaymentTable::event).toList()));
  }

  /**
   * What an entry of the list of events is called: the new status, or what an operation came to.
   */
  private static String entry(Changed changed) {
    Operation operation = changed.operation();
    return operation == null
        ? changed.payment().state().status().name()
        : operation.kind() + "_" + operation.status();
  }

  private static Long amount(Changed changed) {
    Operation operation = changed.operation();
    return operation == null ? changed.payment().state().money().authorized() : operation.amount();
  }

  private static @Nullable String detail(Changed changed) {
    Operation operation = changed.operation();
    return operation == null ? changed.payment().state().declineCode() : operation.failureCode();
  }

  private static OutgoingEvent event(New news) {
    Payment payment = news.changed().payment();
    return new OutgoingEvent(
        news.changed().event(),
        payment.orderId().toString(),
        payment.id().toString(),
        payment.version(),
        payment.event(news.changed().operation()),
        news.cause());
  }

  /** Rows as payments. */
  public static List<Payment> payments(RowSet<Row> rows) {
    var payments = new java.util.ArrayList<Payment>();
    rows.forEach(row -> payments.add(payment(row)));
    return payments;
  }

  private static Payment payment(Row row) {
    String task = row.getString("task");
    return new Payment(
        row.getUUID("id"),
        row.getUUID("order_id"),
        row.getString("customer_id"),
        row.getString("currency"),
        row.getLong("amount"),
        row.getString("payment_method"),
        new Payment.State(
            PaymentStatus.valueOf(row.getString("status")),
            new Money(
                row.getLong("authorized_amount"),
                row.getLong("captured_amount"),
                row.getLong("released_amount"),
                row.getLong("refunded_amount"),
                row.getBoolean("closed")),
            row.getString("provider_reference"),
            row.getString("decline_code"),
            nextAction(row.getJsonObject("next_action")),
            row.getString("void_reason"),
            task == null ? null : Payment.Task.valueOf(task),
            row.getInteger("attempts")),
        row.getLong("version"));
  }

  private static @Nullable NextAction nextAction(@Nullable JsonObject json) {
    return json == null
        ? null
        : new NextAction(
            json.getString("type"), json.getString("url"), json.getString("clientSecret"));
  }

  private static @Nullable JsonObject json(@Nullable NextAction action) {
    return action == null
        ? null
        : new JsonObject()
            .put("type", action.type())
            .put("url", action.url())
            .put("clientSecret", action.clientSecret());
  }

  private static @Nullable String name(@Nullable Enum<?> value) {
    return value == null ? null : value.name();
  }

  private static OffsetDateTime time(Instant instant) {
    return OffsetDateTime.ofInstant(instant, ZoneOffset.UTC);
  }

  private static <T> @Nullable String[] texts(
      Collection<T> rows, Function<T, @Nullable String> column) {
    return rows.stream().map(column).toArray(String[]::new);
  }

  private static <T> UUID[] uuids(Collection<T> rows, Function<T, UUID> column) {
    return rows.stream().map(column).toArray(UUID[]::new);
  }

  private static <T> Long[] longs(Collection<T> rows, Function<T, Long> column) {
    return rows.stream().map(column).toArray(Long[]::new);
  }
}
