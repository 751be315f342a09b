package io.ordersystem.payments.payment;

import io.micrometer.core.instrument.MeterRegistry;
import io.ordersystem.payments.payment.Payment.Changed;
import io.ordersystem.platform.events.Cause;
import io.ordersystem.platform.sql.SqlFailures;
import io.ordersystem.platform.sql.Transactions;
import io.ordersystem.platform.sql.Tx;
import io.ordersystem.platform.work.Coalescer;
import io.ordersystem.platform.work.Coalescer.Outcome;
import io.quarkus.logging.Log;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Notifications of the provider: kept once, and each only makes its payment due for asking, unless
 * it tells what we know. What is true is fetched by the worker, so lost, repeated and overtaken
 * notifications change nothing but how soon it is known.
 */
@Singleton
public class ProviderHints {
  /** So that one which waits for a payment's row does not hold up all others. */
  private static final int BATCHES = 4;

  private static final int BATCH = 64;
  private static final int QUEUE = 1_000;

  /** Providers wait for seconds, and deliver again. */
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private static final int FORGOTTEN_AT_ONCE = 1_000;

  private final Transactions transactions;
  private final PaymentTable payments;
  private final WorkSignal signal;
  private final Clock clock;
  private final MeterRegistry metrics;
  private final Coalescer<Delivery, Taken> deliveries;

  ProviderHints(
      Transactions transactions,
      PaymentTable payments,
      WorkSignal signal,
      HintsConfig config,
      Clock clock,
      MeterRegistry metrics,
      Vertx vertx) {
    this.transactions = transactions;
    this.payments = payments;
    this.signal = signal;
    this.clock = clock;
    this.metrics = metrics;
    if (config.pace().compareTo(PATIENCE.dividedBy(2)) > 0) {
      throw new IllegalArgumentException(
          "payment.webhooks.pace " + config.pace() + " is more than half of " + PATIENCE);
    }
    deliveries =
        new Coalescer<>(
            vertx,
            new Coalescer.Limits(BATCHES, BATCH, QUEUE, PATIENCE, config.pace()),
            Delivery::keys,
            this::takeAll,
            SqlFailures::isUnavailable);
    metrics.gauge("payments.webhooks.waiting", deliveries, Coalescer::depth);
  }

  /**
   * A notification that is surely the provider's.
   *
   * @param id the provider's name of it, the same in each delivery and in its list
   * @param reference the provider's name of the payment that it is about
   * @param paymentId our id of it, as the provider gives it back; known also before its answer is
   */
  public record Hint(
      String id,
      String type,
      Instant createdAt,
      @Nullable String reference,
      @Nullable UUID paymentId,
      About about) {
    PaymentTable.Named payment() {
      return new PaymentTable.Named(reference, paymentId);
    }
  }

  /** What of a payment a notification is about. */
  public sealed interface About {
    /**
     * The payment itself.
     *
     * @param money what it had when the notification was made; null when it does not say
     */
    record Whole(@Nullable Money money) implements About {}

    /** A refund, by the provider's name of it. */
    record Refund(String reference) implements About {}

    /** A dispute, by the provider's name of it, and what is contested. */
    record Dispute(String reference, long amount) implements About {}
  }

  /**
   * The money of a payment, in minor units.
   *
   * @param held what the provider holds and has not taken
   * @param taken what it has taken, given back or not
   */
  public record Money(long held, long taken) {}

  /** What became of a notification. */
  public enum Taken {
    /** Stored, and its payment is due. */
    NEW,
    /** It was stored before, and this is another delivery of it. */
    KNOWN,
    /** This very delivery was taken before: somebody sends a recorded request again. */
    REPLAYED
  }

  /** A notification that was delivered, and what tells that from other deliveries of it. */
  private record Delivery(Hint hint, String id) {
    /** Those that have one of these names in common are taken one after the other, as they came. */
    List<String> keys() {
      return Stream.of(hint.id(), id, hint.reference(), hint.paymentId())
          .filter(Objects::nonNull)
          .map(Object::toString)
          .toList();
    }
  }

  /**
   * Takes a delivered notification; one that was taken before does nothing. Those of different
   * payments that come within {@link HintsConfig#pace} are taken in one transaction.
   *
   * @param delivery what tells this delivery from others of the same notification: the provider
   *     signs each anew
   * @throws io.ordersystem.platform.problem.DomainException {@code unavailable} when too many wait
   */
  public Uni<Taken> take(Hint hint, String delivery) {
    return deliveries
        .ask(new Delivery(hint, delivery))
        .onFailure()
        .invoke(failure -> metrics.counter("payments.webhooks", "taken", "failed").increment());
  }

  /** Forgets deliveries that are older: their signatures are not accepted any more. */
  public Uni<Void> forget(Duration age) {
    return transactions
        .inTransaction(tx ->
            tx.update(
                """
                DELETE FROM provider_deliveries WHERE delivery = ANY (ARRAY(
                  SELECT delivery FROM provider_deliveries WHERE received_at < $1 ORDER BY received_at LIMIT $2
                  FOR UPDATE SKIP LOCKED))
                """,
                time(clock.instant().minus(age)),
                FORGOTTEN_AT_ONCE))
        .chain(deleted -> deleted < FORGOTTEN_AT_ONCE ? Uni.createFrom().voidItem() : forget(age));
  }

  private Uni<List<Outcome<Taken>>> takeAll(List<Delivery> delivered) {
    return transactions.inTransaction(tx ->
        tx.sharedBy(delivered.size())
            .chain(() -> remember(tx, delivered))
            .chain(fresh -> {
              List<Hint> hints =
                  delivered.stream()
                      .filter(delivery -> fresh.contains(delivery.id()))
                      .map(Delivery::hint)
                      .toList();
              return takeNew(tx, hints)
                  .map(taken ->
                      delivered.stream()
                          .map(delivery ->
                              fresh.contains(delivery.id())
                                  ? taken.contains(delivery.hint().id()) ? Taken.NEW : Taken.KNOWN
                                  : Taken.REPLAYED)
                          .map(Outcome::of)
                          .toList());
            }));
  }

  /** Those deliveries that were not taken before. */
  private Uni<Set<String>> remember(Tx tx, List<Delivery> delivered) {
    return tx.query(
            """
            INSERT INTO provider_deliveries (delivery, received_at) SELECT unnest($1::text[]), $2
            ON CONFLICT DO NOTHING RETURNING delivery
            """,
            delivered.stream().map(Delivery::id).sorted().toArray(String[]::new),
            time(clock.instant()))
        .map(ProviderHints::texts);
  }

  /**
   * Takes those of the provider's list that were never delivered, the last one first.
   *
   * @return how many that were
   */
  public Uni<Integer> recall(List<Hint> listed) {
    String[] ids = listed.stream().map(Hint::id).toArray(String[]::new);
    return transactions
        .inTransaction(tx ->
            tx.query(
                "SELECT i FROM unnest($1::text[]) AS i WHERE NOT EXISTS (SELECT FROM provider_events e WHERE e.id = i)",
                (Object) ids))
        .chain(rows -> {
          Set<String> lost = texts(rows);
          return Multi.createFrom()
              .iterable(listed.reversed())
              .filter(hint -> lost.contains(hint.id()))
              .onItem()
              .transformToUniAndConcatenate(this::recall)
              .filter(taken -> taken == Taken.NEW)
              .collect()
              .with(Collectors.summingInt(taken -> 1));
        });
  }

  /** One that cannot be taken must not keep all later ones from being found. */
  private Uni<Taken> recall(Hint hint) {
    return transactions
        .inTransaction(tx -> takeNew(tx, List.of(hint)))
        .map(taken -> taken.isEmpty() ? Taken.KNOWN : Taken.NEW)
        .onFailure(failure -> !SqlFailures.isUnavailable(failure))
        .invoke(failure -> {
          metrics.counter("payments.webhooks", "taken", "failed").increment();
          Log.errorf(failure, "Notification %s (%s) cannot be taken", hint.id(), hint.type());
        })
        .onFailure(failure -> !SqlFailures.isUnavailable(failure))
        .recoverWithItem(Taken.KNOWN);
  }

  /** Stores notifications and makes their payments due; the ids of those that were not known. */
  private Uni<Set<String>> takeNew(Tx tx, List<Hint> hints) {
    if (hints.isEmpty()) {
      return Uni.createFrom().item(Set.of());
    }
    // In one order, so that no two batches wait for each other's.
    List<Hint> sorted = hints.stream().sorted(Comparator.comparing(Hint::id)).toList();
    return tx.query(
            """
            INSERT INTO provider_events (id, type, provider_reference, received_at, created_at)
            SELECT e.id, e.type, e.reference, $4, e.created_at
            FROM unnest($1::text[], $2::text[], $3::text[], $5::timestamptz[]) AS e(id, type, reference, created_at)
            ON CONFLICT DO NOTHING RETURNING id
            """,
            sorted.stream().map(Hint::id).toArray(String[]::new),
            sorted.stream().map(Hint::type).toArray(String[]::new),
            sorted.stream().map(Hint::reference).toArray(String[]::new),
            time(clock.instant()),
            sorted.stream()
                .map(Hint::createdAt)
                .map(ProviderHints::time)
                .toArray(OffsetDateTime[]::new))
        .map(ProviderHints::texts)
        .call(fresh ->
            makeDue(tx, hints.stream().filter(hint -> fresh.contains(hint.id())).toList()));
  }

  /** Those of one payment one after the other: each has to see what the one before has changed. */
  private Uni<Void> makeDue(Tx tx, List<Hint> hints) {
    List<Hint> named =
        hints.stream()
            .filter(hint -> hint.reference() != null || hint.paymentId() != null)
            .toList();
    if (named.isEmpty()) {
      return Uni.createFrom().voidItem();
    }
    return payments
        .lockNamed(tx, named.stream().map(Hint::payment).toList())
        .chain(found -> {
          var first = new HashSet<UUID>();
          var later = new ArrayList<Hint>();
          var changes = new ArrayList<Uni<Void>>();
          for (Hint hint : named) {
            Payment payment = found.get(hint.payment());
            if (payment != null && first.add(payment.id())) {
              changes.add(makeDue(tx, payment, hint));
            } else if (payment != null) {
              later.add(hint);
            }
          }
          return Tx.pipelined(changes).chain(() -> makeDue(tx, later));
        });
  }

  /**
   * A payment that we know to be what the notification says is not asked for: what happened after
   * that has notifications of its own.
   */
  private Uni<Void> makeDue(Tx tx, Payment payment, Hint hint) {
    if (hint.about() instanceof About.Whole(Money money)
        && money != null
        && payment.isKnown(hint.reference(), money)) {
      return Uni.createFrom().voidItem();
    }
    tx.afterCommit(signal::wake);
    Instant now = clock.instant();
    Optional<Changed> changed =
        switch (hint.about()) {
          case About.Whole _ -> Optional.empty();
          case About.Refund(String reference) -> payment.hintOfRefund(reference);
          case About.Dispute(String reference, long amount) ->
              Optional.of(payment.hintOfDispute(reference, amount));
        };
    return changed
        .map(c -> payments.save(tx, c, now, Cause.NONE, PaymentTable.Lease.STAYS))
        .orElseGet(() -> payments.note(tx, payment.toBeRefreshed(hint.reference()), now));
  }

  private static Set<String> texts(RowSet<Row> rows) {
    var texts = new HashSet<String>();
    rows.forEach(row -> texts.add(row.getString(0)));
    return texts;
  }

  private static OffsetDateTime time(Instant instant) {
    return OffsetDateTime.ofInstant(instant, ZoneOffset.UTC);
  }
}
