package io.ordersystem.payments.payment;

import io.ordersystem.payments.payment.Payment.Changed;
import io.ordersystem.platform.events.Cause;
import io.ordersystem.platform.sql.Tx;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Captures, releases and refunds, and the shares that they are charged to. Whoever writes here
 * holds the payment's row lock.
 */
@Singleton
public class OperationTable {
  private final PaymentTable payments;
  private final Clock clock;

  OperationTable(PaymentTable payments, Clock clock) {
    this.payments = payments;
    this.clock = clock;
  }

  /** The share of one child order: what may be taken of it, was taken, and was given back. */
  record Share(UUID orderId, long amount, long captured, long released, long refunded) {}

  /** What is known of a payment's shares and operations, oldest first. */
  record Books(Map<UUID, Share> shares, List<Operation> operations) {
    Optional<Operation> find(UUID id, Operation.Kind kind) {
      return operations.stream().filter(o -> o.id().equals(id) && o.kind() == kind).findFirst();
    }

    boolean hasOpen() {
      return operations.stream().anyMatch(o -> o.status() == Operation.Status.OPEN);
    }

    /** What is still to be carried out of that kind, for that child order. */
    long open(Operation.Kind kind, UUID orderId) {
      Predicate<Operation> counts =
          operation ->
              operation.status() == Operation.Status.OPEN
                  && operation.kind() == kind
                  && operation.orderId().equals(orderId);
      return operations.stream().filter(counts).mapToLong(Operation::amount).sum();
    }
  }

  Uni<Books> read(Tx tx, UUID paymentId) {
    return tx.query("SELECT * FROM payment_shares WHERE payment_id = $1", paymentId)
        .chain(shares ->
            tx.query(
                    "SELECT * FROM payment_operations WHERE payment_id = $1 ORDER BY position",
                    paymentId)
                .map(operations -> new Books(shares(shares), operations(operations))));
  }

  /**
   * The open operation of each of these payments that is next: the oldest one, but what waits at
   * the provider, perhaps for days, lets everything else pass.
   */
  public Uni<Map<UUID, Operation>> due(Tx tx, Collection<UUID> paymentIds) {
    return tx.query(
            """
            SELECT DISTINCT ON (payment_id) * FROM payment_operations
            WHERE payment_id = ANY ($1) AND status = 'OPEN'
            ORDER BY payment_id, provider_reference IS NOT NULL,
              CASE WHEN provider_reference IS NOT NULL THEN updated_at END, position
            """,
            (Object) paymentIds.toArray(UUID[]::new))
        .map(rows -> {
          var due = new HashMap<UUID, Operation>();
          operations(rows).forEach(operation -> due.put(operation.paymentId(), operation));
          return due;
        });
  }

  /** Whether this very try of an operation is still open. */
  public Uni<Boolean> isOpen(Tx tx, Operation operation) {
    return tx.query(
            """
            SELECT EXISTS (SELECT FROM payment_operations
              WHERE id = $1 AND kind = $2 AND round = $3 AND status = 'OPEN') AS open
            """,
            operation.id(),
            operation.kind().name(),
            operation.round())
        .map(rows -> rows.iterator().next().getBoolean("open"));
  }

  /** Whether a payment has an open operation besides that one. */
  public Uni<Boolean> hasOthers(Tx tx, UUID paymentId, @Nullable UUID besides) {
    return tx.query(
            """
            SELECT EXISTS (SELECT FROM payment_operations
              WHERE payment_id = $1 AND status = 'OPEN' AND id IS DISTINCT FROM $2) AS others
            """,
            paymentId,
            besides)
        .map(rows -> rows.iterator().next().getBoolean("others"));
  }

  /** Whether a payment has an open operation that the provider has not been asked for yet. */
  public Uni<Boolean> hasUnasked(Tx tx, UUID paymentId) {
    return tx.query(
            """
            SELECT EXISTS (SELECT FROM payment_operations
              WHERE payment_id = $1 AND status = 'OPEN' AND provider_reference IS NULL) AS unasked
            """,
            paymentId)
        .map(rows -> rows.iterator().next().getBoolean("unasked"));
  }

  /** Stores an operation that is to be carried out, carried out anew, or asked for later. */
  public Uni<Void> open(Tx tx, Operation operation) {
    return write(tx, operation);
  }

  /**
   * Stores how an operation ended, charges its share, and stores and tells the payment's next
   * version. Ends the lease of the call that brought the answer.
   *
   * @param due when the provider is to be asked for what is left, if there is anything
   */
  public Uni<Void> end(Tx tx, Changed changed, Instant due, Cause cause) {
    return record(tx, changed).chain(() -> payments.save(tx, changed, due, cause));
  }

  /** The same of an operation that ended without a call; one may be under way beside it. */
  Uni<Void> endBeside(Tx tx, Changed changed, Instant due, Cause cause) {
    return record(tx, changed).chain(() -> payments.saveBeside(tx, changed, due, cause));
  }

  private Uni<Void> record(Tx tx, Changed changed) {
    Operation ended = Objects.requireNonNull(changed.operation());
    return write(tx, ended).chain(() -> charge(tx, ended));
  }

  private Uni<Void> write(Tx tx, Operation operation) {
    return tx.query(
            """
            INSERT INTO payment_operations (id, payment_id, order_id, kind, amount, status, round, reason, provider_reference,
              failure_code, created_at, updated_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $11)
            ON CONFLICT (id, kind) DO UPDATE SET status = excluded.status, round = excluded.round,
              provider_reference = excluded.provider_reference, failure_code = excluded.failure_code, updated_at = excluded.updated_at
            """,
            operation.id(),
            operation.paymentId(),
            operation.orderId(),
            operation.kind().name(),
            operation.amount(),
            operation.status().name(),
            operation.round(),
            operation.reason(),
            operation.reference(),
            operation.failureCode(),
            OffsetDateTime.ofInstant(clock.instant(), ZoneOffset.UTC))
        .replaceWithVoid();
  }

  private static Uni<Void> charge(Tx tx, Operation ended) {
    if (ended.status() != Operation.Status.SUCCEEDED) {
      return Uni.createFrom().voidItem();
    }
    return tx.update(
            """
            UPDATE payment_shares SET
              captured_amount = captured_amount + CASE $3 WHEN 'CAPTURE' THEN $4::bigint ELSE 0 END,
              released_amount = released_amount + CASE $3 WHEN 'RELEASE' THEN $4::bigint ELSE 0 END,
              refunded_amount = refunded_amount + CASE $3 WHEN 'REFUND' THEN $4::bigint ELSE 0 END
            WHERE payment_id = $1 AND order_id = $2
            """,
            ended.paymentId(),
            ended.orderId(),
            ended.kind().name(),
            ended.amount())
        .invoke(count -> {
          if (count != 1) {
            throw new IllegalStateException("no share of order " + ended.orderId());
          }
        })
        .replaceWithVoid();
  }

  private static Map<UUID, Share> shares(Iterable<Row> rows) {
    var shares = new HashMap<UUID, Share>();
    for (Row row : rows) {
      UUID orderId = row.getUUID("order_id");
      shares.put(
          orderId,
          new Share(
              orderId,
              row.getLong("amount"),
              row.getLong("captured_amount"),
              row.getLong("released_amount"),
              row.getLong("refunded_amount")));
    }
    return shares;
  }

  private static List<Operation> operations(Iterable<Row> rows) {
    var operations = new ArrayList<Operation>();
    for (Row row : rows) {
      operations.add(
          new Operation(
              row.getUUID("id"),
              row.getUUID("payment_id"),
              row.getUUID("order_id"),
              Operation.Kind.valueOf(row.getString("kind")),
              row.getLong("amount"),
              Operation.Status.valueOf(row.getString("status")),
              row.getInteger("round"),
              row.getString("reason"),
              row.getString("provider_reference"),
              row.getString("failure_code")));
    }
    return operations;
  }
}
