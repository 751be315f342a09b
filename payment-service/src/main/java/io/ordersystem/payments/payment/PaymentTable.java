package io.ordersystem.payments.payment;

import io.ordersystem.contracts.EventType;
import io.ordersystem.contracts.payment.PaymentChanged.NextAction;
import io.ordersystem.payments.payment.Payment.Changed;
import io.ordersystem.payments.payment.ledger.LedgerEntry;
import io.ordersystem.payments.payment.ledger.LedgerTable;
import io.ordersystem.payments.payment.ledger.LedgerTable.Booking;
import io.ordersystem.payments.payment.ledger.Posting;
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
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The payments' rows. A change is written as a whole: the row with its amounts, its shares, the new
 * facts, what the provider is to be asked for, the ledger's entries, and the event.
 */
@Singleton
public class PaymentTable {
  /** What {@link #read} needs of a row of {@code payments}. */
  public static final String COLUMNS =
      "id, order_id, customer_id, currency, amount, payment_method, mode, commission, provider_reference, decline_code, next_action,"
          + " void_reason, single_capture, task, attempts, traceparent, causation_id, version";

  private final Outbox outbox;
  private final LedgerTable ledger;
  private final PaymentProvider provider;
  private final Clock clock;

  PaymentTable(Outbox outbox, LedgerTable ledger, PaymentProvider provider, Clock clock) {
    this.outbox = outbox;
    this.ledger = ledger;
    this.provider = provider;
    this.clock = clock;
  }

  /** A new payment and why it is asked for. */
  public record New(Changed changed, Cause cause) {}

  /** What a write does to the lease of a call that may be under way. */
  public enum Lease {
    /** It brought what is written. */
    ENDS,
    /** Somebody else writes: without the lease a second call would begin beside it. */
    STAYS
  }

  /**
   * Stores new payments, leaving out orders that have one. As many as there are places are stored
   * as claimed and begun after the COMMIT; the others, if there are any, are left for a claim.
   */
  public Uni<Void> insert(Tx tx, List<New> payments, WorkSignal signal) {
    if (payments.isEmpty()) {
      return Uni.createFrom().voidItem();
    }
    List<UUID> asked =
        payments.stream()
            .map(payment -> payment.changed().payment())
            .filter(payment -> payment.state().task() != null)
            .map(Payment::orderId)
            .toList();
    WorkSignal.Kept kept = signal.keep(asked.size());
    Set<UUID> claimed = Set.copyOf(asked.subList(0, kept.places()));
    var stored = new ArrayList<Payment>();
    // Before anything else that is told of the COMMIT: nothing must come between.
    tx.afterCommit(() -> kept.begin().accept(stored));
    tx.unlessCommitted(kept.giveBack());
    if (claimed.size() < asked.size()) {
      tx.afterCommit(signal::wake);
    }
    List<Payment> rows = payments.stream().map(New::changed).map(Changed::payment).toList();
    return tx.query(
            """
            INSERT INTO payments (id, order_id, customer_id, currency, amount, status, payment_method, void_reason, task,
              next_attempt_at, version, created_at, updated_at, mode, commission, closed, traceparent, causation_id,
              attempts, leased_until)
            SELECT p.id, p.order_id, p.customer_id, p.currency, p.amount, p.status, p.payment_method, p.void_reason, p.task,
              CASE WHEN p.task IS NULL THEN NULL ELSE $10::timestamptz END, 1, $10, $10, p.mode, p.commission, p.closed,
              p.traceparent, p.causation_id, p.claimed::int, CASE WHEN p.claimed THEN $17::timestamptz END
            FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::bigint[], $6::text[], $7::text[], $8::text[], $9::text[],
                        $11::text[], $12::int[], $13::boolean[], $14::text[], $15::text[], $16::boolean[])
              AS p(id, order_id, customer_id, currency, amount, status, payment_method, void_reason, task, mode, commission, closed,
                   traceparent, causation_id, claimed)
            ON CONFLICT DO NOTHING RETURNING order_id
            """,
            uuids(rows, Payment::id),
            uuids(rows, Payment::orderId),
            texts(rows, payment -> payment.terms().customerId()),
            texts(rows, payment -> payment.terms().currency()),
            longs(rows, payment -> payment.terms().amount()),
            texts(rows, payment -> payment.status().name()),
            texts(rows, payment -> payment.terms().paymentMethod()),
            texts(rows, payment -> payment.state().voidReason()),
            texts(rows, payment -> name(payment.state().task())),
            time(clock.instant()),
            texts(rows, payment -> payment.terms().mode().name()),
            rows.stream().map(payment -> payment.terms().commission()).toArray(Integer[]::new),
            rows.stream().map(payment -> payment.account().closed()).toArray(Boolean[]::new),
            texts(payments, payment -> payment.cause().traceparent()),
            texts(payments, payment -> payment.cause().causationId()),
            rows.stream()
                .map(payment -> claimed.contains(payment.orderId()))
                .toArray(Boolean[]::new),
            time(kept.until()))
        .map(inserted -> fresh(payments, inserted))
        .invoke(fresh ->
            fresh.stream()
                .map(payment -> payment.changed().payment())
                .filter(payment -> claimed.contains(payment.orderId()))
                .map(Payment::claimed)
                .forEach(stored::add))
        .chain(fresh ->
            Tx.pipelined(
                List.of(
                    insertShares(tx, fresh),
                    insertFacts(tx, fresh.stream().map(New::changed).toArray(Changed[]::new)),
                    tell(tx, fresh.stream().map(PaymentTable::event).toList()))));
  }

  /** That a payment was asked for is nobody's next step: it may well go with the outcome. */
  private Uni<Void> tell(Tx tx, List<OutgoingEvent> events) {
    return events.stream().allMatch(event -> event.type() == EventType.PAYMENT_REQUESTED)
        ? outbox.appendUnhurried(tx, events)
        : outbox.append(tx, events);
  }

  private static List<New> fresh(List<New> asked, RowSet<Row> inserted) {
    var orders = new HashSet<UUID>();
    inserted.forEach(row -> orders.add(row.getUUID("order_id")));
    return asked.stream()
        .filter(payment -> orders.contains(payment.changed().payment().orderId()))
        .toList();
  }

  private static Uni<Void> insertShares(Tx tx, List<New> payments) {
    record Owned(UUID paymentId, Share share) {}
    List<Owned> shares =
        payments.stream()
            .map(payment -> payment.changed().payment())
            .flatMap(payment ->
                payment.terms().shares().stream().map(share -> new Owned(payment.id(), share)))
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

  /** Locks the payments of these orders, in id order. */
  public Uni<List<Payment>> lockOfOrders(Tx tx, Collection<UUID> orderIds) {
    return read(
        tx,
        tx.query(
            "SELECT " + COLUMNS + " FROM payments WHERE order_id = ANY ($1) ORDER BY id FOR UPDATE",
            (Object) orderIds.toArray(UUID[]::new)));
  }

  /** Locks one payment. */
  public Uni<Optional<Payment>> lock(Tx tx, UUID id) {
    return read(
            tx,
            tx.query("SELECT " + COLUMNS + " FROM payments WHERE id = $1 FOR UPDATE", id),
            new UUID[] {id})
        .map(found -> found.stream().findFirst());
  }

  /**
   * A payment by its names.
   *
   * @param reference the provider's
   * @param id ours, which counts when nothing has that of the provider
   */
  public record Named(@Nullable String reference, @Nullable UUID id) {}

  /** Locks the payments of these names, in id order; what nothing is called is left out. */
  public Uni<Map<Named, Payment>> lockNamed(Tx tx, Collection<Named> names) {
    return read(
            tx,
            tx.query(
                """
                SELECT %s FROM payments WHERE id = ANY (ARRAY(
                  SELECT coalesce((SELECT p.id FROM payments p WHERE p.provider_reference = n.reference), n.id)
                  FROM unnest($1::text[], $2::uuid[]) AS n(reference, id)))
                ORDER BY id FOR UPDATE
                """
                    .formatted(COLUMNS),
                texts(names, Named::reference),
                uuids(names, Named::id)))
        .map(found -> byName(found, names));
  }

  private static Map<Named, Payment> byName(List<Payment> found, Collection<Named> names) {
    var byReference = new HashMap<@Nullable String, Payment>();
    var byId = new HashMap<@Nullable UUID, Payment>();
    for (Payment payment : found) {
      byReference.put(payment.state().reference(), payment);
      byId.put(payment.id(), payment);
    }
    var named = new HashMap<Named, Payment>();
    for (Named name : names) {
      Payment payment = name.reference() == null ? null : byReference.get(name.reference());
      payment = payment == null ? byId.get(name.id()) : payment;
      if (payment != null) {
        named.put(name, payment);
      }
    }
    return named;
  }

  /**
   * Payments of rows that this transaction has locked. What belongs to them is read afterwards: in
   * the same statement it would be as old as the wait for the lock was long.
   */
  public Uni<List<Payment>> read(Tx tx, Uni<RowSet<Row>> locked) {
    return locked.chain(rows -> {
      if (rows.size() == 0) {
        return Uni.createFrom().item(List.of());
      }
      var ids = new ArrayList<UUID>();
      rows.forEach(row -> ids.add(row.getUUID("id")));
      return read(tx, Uni.createFrom().item(rows), ids.toArray(UUID[]::new));
    });
  }

  /** The same when it is known which rows those are: their parts are asked for right behind. */
  private static Uni<List<Payment>> read(Tx tx, Uni<RowSet<Row>> locked, UUID[] ids) {
    // A plan for an array is made anew each time, for one element looks cheaper than any number.
    String which = ids.length == 1 ? "= $1" : "= ANY ($1)";
    Object wanted = ids.length == 1 ? ids[0] : ids;
    return Uni.combine()
        .all()
        .unis(
            locked,
            tx.query(
                "SELECT payment_id, order_id, seller_id, amount FROM payment_shares WHERE payment_id "
                    + which
                    + " ORDER BY order_id",
                wanted),
            tx.query(
                """
                SELECT payment_id, kind, subject, order_id, round, result, amount, drawn FROM payment_events
                WHERE payment_id %s ORDER BY position
                """
                    .formatted(which),
                wanted),
            // Those that the provider is busy with come last, and take turns.
            tx.query(
                """
                SELECT id, payment_id, order_id, kind, amount, drawn, status, round, hints, heard, reason, provider_reference,
                  failure_code
                FROM payment_operations WHERE payment_id %s
                ORDER BY status = 'PENDING', CASE WHEN status = 'PENDING' THEN updated_at END, position
                """
                    .formatted(which),
                wanted))
        .with(PaymentTable::payments);
  }

  private static List<Payment> payments(
      RowSet<Row> rows, RowSet<Row> shares, RowSet<Row> facts, RowSet<Row> operations) {
    Map<UUID, List<Share>> sharesOf = grouped(shares, PaymentTable::share);
    Map<UUID, List<Fact>> factsOf = grouped(facts, PaymentTable::fact);
    Map<UUID, List<Operation>> operationsOf = grouped(operations, PaymentTable::operation);
    var payments = new ArrayList<Payment>();
    for (Row row : rows) {
      UUID id = row.getUUID("id");
      payments.add(
          Payment.of(
              terms(row, sharesOf.getOrDefault(id, List.of())),
              factsOf.getOrDefault(id, List.of()),
              operationsOf.getOrDefault(id, List.of()),
              state(row),
              row.getLong("version")));
    }
    return payments;
  }

  private static <T> Map<UUID, List<T>> grouped(RowSet<Row> rows, Function<Row, T> read) {
    var groups = new HashMap<UUID, List<T>>();
    for (Row row : rows) {
      groups
          .computeIfAbsent(row.getUUID("payment_id"), _ -> new ArrayList<>())
          .add(read.apply(row));
    }
    return groups;
  }

  /**
   * Stores a change of a locked payment, and tells the world when it is news.
   *
   * @param due when the provider is to be asked for the task, if there is one
   * @param cause what asked for the change; an answer belongs to what was asked last
   */
  public Uni<Void> save(Tx tx, Changed changed, Instant due, Cause cause, Lease lease) {
    Payment payment = changed.payment();
    Cause asked = payment.state().asked(cause).cause();
    boolean news = changed.event() != null;
    long before = news ? payment.version() - 1 : payment.version();
    var statements = new ArrayList<Uni<Void>>();
    statements.add(write(tx, payment, before, due, asked, lease));
    if (!changed.facts().isEmpty()) {
      statements.add(writeShares(tx, payment));
      statements.add(insertFacts(tx, changed));
    }
    if (!changed.operations().isEmpty()) {
      statements.add(writeOperations(tx, changed.operations()));
    }
    List<LedgerEntry> entries =
        Posting.between(changed.before(), payment.account(), payment.terms(), provider.name());
    if (!entries.isEmpty()) {
      statements.add(ledger.book(tx, booking(changed, entries)).replaceWithVoid());
    }
    if (news) {
      statements.add(outbox.append(tx, List.of(event(new New(changed, asked)))));
    }
    return Tx.pipelined(statements);
  }

  private static Booking booking(Changed changed, List<LedgerEntry> entries) {
    Fact cause = changed.facts().getFirst();
    return new Booking(
        cause.type(),
        changed.payment().id(),
        cause.subject().toString(),
        changed.payment().terms().currency(),
        entries);
  }

  /** Stores what a call of the provider left that is no news for others, and ends its lease. */
  public Uni<Void> saveQuietly(Tx tx, Payment payment, Instant due) {
    return write(tx, payment, payment.version(), due, payment.state().cause(), Lease.ENDS);
  }

  /** Stores what somebody else has to say of a payment whose call may be under way. */
  public Uni<Void> note(Tx tx, Payment payment, Instant due) {
    return write(tx, payment, payment.version(), due, payment.state().cause(), Lease.STAYS);
  }

  private Uni<Void> write(
      Tx tx, Payment payment, long before, Instant due, Cause asked, Lease lease) {
    Payment.State state = payment.state();
    Account account = payment.account();
    return tx.update(
            """
            UPDATE payments SET status = $3, provider_reference = $4, decline_code = $5, next_action = $6,
              void_reason = $7, task = $8, attempts = $9, next_attempt_at = $10,
              leased_until = CASE WHEN $11::boolean THEN NULL ELSE leased_until END, version = $12, updated_at = $13,
              authorized_amount = $14, captured_amount = $15, released_amount = $16, refunded_amount = $17, closed = $18,
              claimed_amount = $19, refunding_amount = $20, advanced_amount = $21, drawn_amount = $22, returning_amount = $23,
              returned_amount = $24, disputed_amount = $25, taken_amount = $26, given_back_amount = $27,
              single_capture = $28, authorized_at = coalesce(authorized_at, CASE WHEN $14::bigint > 0 THEN $13::timestamptz END),
              traceparent = $29, causation_id = $30
            WHERE id = $1 AND version = $2
            """,
            payment.id(),
            before,
            payment.status().name(),
            state.reference(),
            state.declineCode(),
            json(state.nextAction()),
            state.voidReason(),
            name(state.task()),
            state.attempts(),
            state.task() == null ? null : time(due),
            lease == Lease.ENDS,
            payment.version(),
            time(clock.instant()),
            account.authorized(),
            account.captured(),
            account.released(),
            account.refunded(),
            account.closed(),
            account.claimed(),
            account.refunding(),
            account.advanced(),
            account.drawn(),
            account.returning(),
            account.returned(),
            account.disputed(),
            account.taken(),
            account.givenBack(),
            state.singleCapture(),
            asked.traceparent(),
            asked.causationId())
        .invoke(count -> {
          if (count != 1) {
            throw new DomainException(
                ProblemType.CONCURRENT_UPDATE, "the payment changed while it was being changed");
          }
        })
        .replaceWithVoid();
  }

  private static Uni<Void> writeShares(Tx tx, Payment payment) {
    List<Map.Entry<UUID, ShareAmounts>> shares = List.copyOf(payment.account().shares().entrySet());
    return tx.query(
            """
            UPDATE payment_shares s SET claimed_amount = a.claimed, captured_amount = a.captured, released_amount = a.released,
              refunding_amount = a.refunding, refunded_amount = a.refunded, disputed_amount = a.disputed
            FROM unnest($2::uuid[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[], $7::bigint[], $8::bigint[])
              AS a(order_id, claimed, captured, released, refunding, refunded, disputed)
            WHERE s.payment_id = $1 AND s.order_id = a.order_id
            """,
            payment.id(),
            uuids(shares, Map.Entry::getKey),
            longs(shares, share -> share.getValue().claimed()),
            longs(shares, share -> share.getValue().captured()),
            longs(shares, share -> share.getValue().released()),
            longs(shares, share -> share.getValue().refunding()),
            longs(shares, share -> share.getValue().refunded()),
            longs(shares, share -> share.getValue().disputed()))
        .replaceWithVoid();
  }

  private Uni<Void> insertFacts(Tx tx, Changed... changes) {
    record Known(Changed changed, Fact fact) {}
    var known = new ArrayList<Known>();
    for (Changed changed : changes) {
      changed.facts().forEach(fact -> known.add(new Known(changed, fact)));
    }
    return tx.query(
            """
            INSERT INTO payment_events (payment_id, version, kind, result, subject, order_id, round, amount, drawn,
              provider_reference, detail, created_at)
            SELECT f.*, $12 FROM unnest($1::uuid[], $2::bigint[], $3::text[], $4::text[], $5::uuid[], $6::uuid[], $7::int[], $8::bigint[],
              $9::bigint[], $10::text[], $11::text[]) AS f
            ON CONFLICT DO NOTHING
            """,
            uuids(known, k -> k.changed().payment().id()),
            longs(known, k -> k.changed().payment().version()),
            texts(known, k -> k.fact().kind().name()),
            texts(known, k -> k.fact().result().name()),
            uuids(known, k -> k.fact().subject()),
            uuids(known, k -> k.fact().orderId()),
            known.stream().map(k -> k.fact().round()).toArray(Integer[]::new),
            longs(known, k -> k.fact().amount()),
            longs(known, k -> k.fact().drawn()),
            texts(known, k -> k.changed().payment().state().reference()),
            texts(known, k -> detail(k.changed(), k.fact())),
            time(clock.instant()))
        .replaceWithVoid();
  }

  /** Why it failed, or why it was done. */
  private static @Nullable String detail(Changed changed, Fact fact) {
    if (fact.kind() == Fact.Kind.AUTHORIZATION) {
      return fact.is(Fact.Result.FAILED) ? changed.payment().state().declineCode() : null;
    }
    if (fact.kind() == Fact.Kind.CANCELLATION) {
      return changed.payment().state().voidReason();
    }
    return changed.operations().stream()
        .filter(operation -> operation.id().equals(fact.subject()))
        .findFirst()
        .map(operation ->
            operation.failureCode() == null ? operation.reason() : operation.failureCode())
        .orElse(null);
  }

  private Uni<Void> writeOperations(Tx tx, List<Operation> operations) {
    return tx.query(
            """
            INSERT INTO payment_operations (id, payment_id, order_id, kind, amount, drawn, status, round, hints, heard, reason,
              provider_reference, failure_code, created_at, updated_at)
            SELECT o.*, $14, $14 FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::bigint[], $6::bigint[], $7::text[],
              $8::int[], $9::int[], $10::int[], $11::text[], $12::text[], $13::text[]) AS o
            ON CONFLICT (id, kind) DO UPDATE SET amount = excluded.amount, drawn = excluded.drawn, status = excluded.status,
              round = excluded.round, hints = excluded.hints, heard = excluded.heard, provider_reference = excluded.provider_reference,
              failure_code = excluded.failure_code, updated_at = excluded.updated_at
            """,
            uuids(operations, Operation::id),
            uuids(operations, Operation::paymentId),
            uuids(operations, Operation::orderId),
            texts(operations, operation -> operation.kind().name()),
            longs(operations, Operation::amount),
            longs(operations, Operation::drawn),
            texts(operations, operation -> operation.status().name()),
            operations.stream().map(Operation::round).toArray(Integer[]::new),
            operations.stream().map(Operation::hints).toArray(Integer[]::new),
            operations.stream().map(Operation::heard).toArray(Integer[]::new),
            texts(operations, Operation::reason),
            texts(operations, Operation::reference),
            texts(operations, Operation::failureCode),
            time(clock.instant()))
        .replaceWithVoid();
  }

  private static OutgoingEvent event(New news) {
    Payment payment = news.changed().payment();
    return new OutgoingEvent(
        Objects.requireNonNull(news.changed().event()),
        payment.orderId().toString(),
        payment.id().toString(),
        payment.version(),
        payment.event(news.changed().told()),
        news.cause());
  }

  private static Payment.Terms terms(Row row, List<Share> shares) {
    return new Payment.Terms(
        row.getUUID("id"),
        row.getUUID("order_id"),
        row.getString("customer_id"),
        row.getString("currency"),
        row.getLong("amount"),
        row.getString("payment_method"),
        CaptureMode.valueOf(row.getString("mode")),
        row.getInteger("commission"),
        shares);
  }

  private static Payment.State state(Row row) {
    String task = row.getString("task");
    return new Payment.State(
        row.getString("provider_reference"),
        row.getString("decline_code"),
        nextAction(row.getJsonObject("next_action")),
        row.getString("void_reason"),
        row.getBoolean("single_capture"),
        task == null ? null : Payment.Task.valueOf(task),
        row.getInteger("attempts"),
        new Cause(row.getString("traceparent"), row.getString("causation_id")));
  }

  private static Share share(Row row) {
    return new Share(row.getUUID("order_id"), row.getString("seller_id"), row.getLong("amount"));
  }

  private static Fact fact(Row row) {
    return new Fact(
        Fact.Kind.valueOf(row.getString("kind")),
        row.getUUID("subject"),
        row.getUUID("order_id"),
        row.getInteger("round"),
        Fact.Result.valueOf(row.getString("result")),
        row.getLong("amount"),
        row.getLong("drawn"));
  }

  private static Operation operation(Row row) {
    return new Operation(
        row.getUUID("id"),
        row.getUUID("payment_id"),
        row.getUUID("order_id"),
        Fact.Kind.valueOf(row.getString("kind")),
        row.getLong("amount"),
        row.getLong("drawn"),
        Operation.Status.valueOf(row.getString("status")),
        row.getInteger("round"),
        row.getInteger("hints"),
        row.getInteger("heard"),
        row.getString("reason"),
        row.getString("provider_reference"),
        row.getString("failure_code"));
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

  private static <T> @Nullable UUID[] uuids(
      Collection<T> rows, Function<T, @Nullable UUID> column) {
    return rows.stream().map(column).toArray(UUID[]::new);
  }

  private static <T> Long[] longs(Collection<T> rows, Function<T, Long> column) {
    return rows.stream().map(column).toArray(Long[]::new);
  }
}
