package io.ordersystem.payments.payment;

import io.micrometer.core.instrument.MeterRegistry;
import io.ordersystem.payments.payment.Payment.Changed;
import io.ordersystem.platform.events.Cause;
import io.ordersystem.platform.sql.SqlFailures;
import io.ordersystem.platform.sql.Transactions;
import io.ordersystem.platform.sql.Tx;
import io.quarkus.logging.Log;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Notifications of the provider: kept once, and each only makes its payment due for asking, unless
 * it tells what we know. What is true is fetched by the worker, so lost, repeated and overtaken
 * notifications change nothing but how soon it is known.
 */
@Singleton
public class ProviderHints {
  private final Transactions transactions;
  private final PaymentTable payments;
  private final WorkSignal signal;
  private final Clock clock;
  private final MeterRegistry metrics;

  ProviderHints(
      Transactions transactions,
      PaymentTable payments,
      WorkSignal signal,
      Clock clock,
      MeterRegistry metrics) {
    this.transactions = transactions;
    this.payments = payments;
    this.signal = signal;
    this.clock = clock;
    this.metrics = metrics;
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
      About about) {}

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

  /**
   * Takes a delivered notification; one that was taken before does nothing.
   *
   * @param delivery what tells this delivery from others of the same notification: the provider
   *     signs each anew
   * @param tolerance how old a delivery may be: for so long each is remembered
   */
  public Uni<Taken> take(Hint hint, String delivery, Duration tolerance) {
    Instant now = clock.instant();
    return transactions.inTransaction(tx ->
        Uni.combine()
            .all()
            .unis(
                tx.query(
                    "DELETE FROM provider_deliveries WHERE received_at < $1",
                    time(now.minus(tolerance.multipliedBy(2)))),
                tx.update(
                    """
                    INSERT INTO provider_deliveries (delivery, received_at) VALUES ($1, $2) ON CONFLICT DO NOTHING
                    """,
                    delivery,
                    time(now)))
            .withUni((forgotten, fresh) ->
                fresh == 1 ? takeNew(tx, hint) : Uni.createFrom().item(Taken.REPLAYED)));
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
          var lost = new HashSet<String>();
          rows.forEach(row -> lost.add(row.getString(0)));
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
        .inTransaction(tx -> takeNew(tx, hint))
        .onFailure(failure -> !SqlFailures.isUnavailable(failure))
        .invoke(failure -> {
          metrics.counter("payments.webhooks", "taken", "failed").increment();
          Log.errorf(failure, "Notification %s (%s) cannot be taken", hint.id(), hint.type());
        })
        .onFailure(failure -> !SqlFailures.isUnavailable(failure))
        .recoverWithItem(Taken.KNOWN);
  }

  private Uni<Taken> takeNew(Tx tx, Hint hint) {
    return tx.update(
            """
            INSERT INTO provider_events (id, type, provider_reference, received_at, created_at)
            VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING
            """,
            hint.id(),
            hint.type(),
            hint.reference(),
            time(clock.instant()),
            time(hint.createdAt()))
        .chain(fresh ->
            fresh == 1
                ? makeDue(tx, hint).replaceWith(Taken.NEW)
                : Uni.createFrom().item(Taken.KNOWN));
  }

  private Uni<Void> makeDue(Tx tx, Hint hint) {
    if (hint.reference() == null && hint.paymentId() == null) {
      return Uni.createFrom().voidItem();
    }
    return payments
        .lockNamed(tx, hint.reference(), hint.paymentId())
        .chain(found ->
            found
                .map(payment -> makeDue(tx, payment, hint))
                .orElseGet(() -> Uni.createFrom().voidItem()));
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

  private static OffsetDateTime time(Instant instant) {
    return OffsetDateTime.ofInstant(instant, ZoneOffset.UTC);
  }
}
