package io.ordersystem.inventory.reservation;

import io.ordersystem.inventory.reservation.Asked.Door;
import io.ordersystem.inventory.reservation.DecideReservations.Decision;
import io.ordersystem.inventory.stock.StockKey;
import io.ordersystem.platform.events.Received;
import io.ordersystem.platform.idempotency.IdempotentRequests;
import io.ordersystem.platform.idempotency.IdempotentRequests.Claim;
import io.ordersystem.platform.idempotency.IdempotentRequests.Request;
import io.ordersystem.platform.idempotency.StoredAnswer;
import io.ordersystem.platform.sql.CommitUnknown;
import io.ordersystem.platform.sql.SqlFailures;
import io.ordersystem.platform.sql.Transactions;
import io.ordersystem.platform.sql.Tx;
import io.ordersystem.platform.work.Coalescer;
import io.ordersystem.platform.work.Coalescer.Outcome;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Both doors lead here: requests by REST are gathered into batches, commands from Kafka come as
 * batches, and at most two of either are in work, so that demand queues in this process and not in
 * the lock of a hot row. One transaction decides a batch, with its idempotency keys or its inbox
 * rows.
 */
@ApplicationScoped
class ReservationEngine {
  /** How often a batch runs again because others were faster; each time they have finished. */
  private static final int ATTEMPTS = 10;

  /** How often a batch whose COMMIT was not answered goes again. */
  private static final int REPEATS = 3;

  private static final Duration PAUSE = Duration.ofMillis(100);
  private static final Uni<List<Outcome<StoredAnswer>>> NOTHING = Uni.createFrom().item(List.of());

  private final Transactions transactions;
  private final IdempotentRequests requests;
  private final DecideReservations decideReservations;
  private final ReservationMetrics metrics;
  private final Coalescer<Ask, StoredAnswer> coalescer;

  ReservationEngine(
      Transactions transactions,
      IdempotentRequests requests,
      DecideReservations decideReservations,
      ReservationConfig config,
      ReservationMetrics metrics,
      Vertx vertx) {
    this.transactions = transactions;
    this.requests = requests;
    this.decideReservations = decideReservations;
    this.metrics = metrics;
    coalescer =
        new Coalescer<>(
            vertx,
            new Coalescer.Limits(
                config.batchesInWork(),
                config.batchSize(),
                config.queueLimit(),
                config.queuePatience(),
                Duration.ZERO),
            Ask::keys,
            this::answerAll,
            failure -> SqlFailures.isUnavailable(failure) || SqlFailures.isLockTimeout(failure));
    metrics.depth(coalescer::depth);
  }

  /**
   * A request by REST.
   *
   * @param answer makes the answer that is stored and given
   */
  record Ask(Asked asked, Request request, Function<Reservation, StoredAnswer> answer) {
    /** Two of one reservation, or with one Idempotency-Key, must not be in work together. */
    List<String> keys() {
      String key = asked.command().key();
      return request.key() == null
          ? List.of(key)
          : List.of(key, request.caller().subject() + '\n' + request.key());
    }

    /**
     * Whether it does the same once more when it has taken effect: by its key, its reservation's or
     * its reference. An extension counts from now, and a version that was asked for has passed.
     */
    boolean isRepeatable() {
      return request.key() != null
          || (asked.ifMatch() == null && !(asked.command() instanceof ReservationCommand.Extend));
    }
  }

  /** Answers a request when its batch has committed. */
  Uni<StoredAnswer> ask(Ask ask) {
    long since = System.nanoTime();
    return coalescer
        .ask(ask)
        .onItemOrFailure()
        .invoke((answer, failure) ->
            metrics.served(
                Door.REST, ReservationMetrics.result(failure), System.nanoTime() - since));
  }

  /** Runs a transaction of another batch in its turn. */
  <T> Uni<T> inTurn(Supplier<Uni<T>> transaction) {
    return coalescer.inTurn(() -> again(transaction));
  }

  /**
   * Commands from Kafka, in the transaction that remembers them.
   *
   * @throws io.ordersystem.platform.problem.DomainException for one that cannot be carried out
   */
  Uni<Void> decide(Tx tx, List<Received> messages) {
    long since = System.nanoTime();
    metrics.batch(messages.size());
    return decideReservations
        .decide(tx, messages.stream().map(Asked::of).toList())
        .invoke(decisions ->
            decisions.stream()
                .map(Decision::refusal)
                .filter(Objects::nonNull)
                .findFirst()
                .ifPresent(refusal -> {
                  throw refusal;
                }))
        .invoke(decisions ->
            tx.afterCommit(() -> metrics.decided(decisions, System.nanoTime() - since)))
        .replaceWithVoid();
  }

  /** Ends what is due, a batch at a time and each in its turn, until nothing is found any more. */
  Uni<Void> expireDue() {
    return untilNone(
        () -> coalescer.inTurn(() -> transactions.inTransaction(decideReservations::expireDue)));
  }

  /** Those that hold one of these offers, for a batch that cannot refuse before. */
  private Uni<Void> expireOn(Collection<StockKey> offers) {
    return untilNone(
        () -> transactions.inTransaction(tx -> decideReservations.expireDueOn(tx, offers)));
  }

  private static Uni<Void> untilNone(Supplier<Uni<Integer>> some) {
    return Multi.createBy()
        .repeating()
        .uni(() -> some.get())
        .whilst(ended -> ended > 0)
        .collect()
        .last()
        .replaceWithVoid();
  }

  private Uni<List<Outcome<StoredAnswer>>> answerAll(List<Ask> asks) {
    metrics.batch(asks.size());
    return answerAll(asks, REPEATS);
  }

  /**
   * A COMMIT that was not answered may have happened. What can be repeated goes again, as its keys
   * and references are the same; the callers of the rest are told that nobody knows.
   */
  private Uni<List<Outcome<StoredAnswer>>> answerAll(List<Ask> asks, int repeats) {
    return again(() -> transactions.inTransaction(tx -> answerAll(tx, asks)))
        .onFailure(failure -> failure instanceof CommitUnknown && repeats > 0)
        .recoverWithUni(failure -> {
          var repeatable = asks.stream().filter(Ask::isRepeatable).toList();
          return Uni.createFrom()
              .voidItem()
              .onItem()
              .delayIt()
              .by(PAUSE)
              .chain(() -> repeatable.isEmpty() ? NOTHING : answerAll(repeatable, repeats - 1))
              .map(answered -> spread(asks, answered.iterator(), failure));
        });
  }

  private static List<Outcome<StoredAnswer>> spread(
      List<Ask> asks, Iterator<Outcome<StoredAnswer>> answered, Throwable unknown) {
    return asks.stream()
        .map(ask -> ask.isRepeatable() ? answered.next() : Outcome.<StoredAnswer>failed(unknown))
        .toList();
  }

  private <T> Uni<T> again(Supplier<Uni<T>> transaction) {
    return Uni.createFrom()
        .deferred(transaction::get)
        .onFailure(ComesUpShort.class)
        .recoverWithUni(failure ->
            expireOn(((ComesUpShort) failure).offers())
                .chain(() -> Uni.createFrom().<T>failure(failure)))
        .onFailure(failure -> failure instanceof KeyTaken || failure instanceof ComesUpShort)
        .retry()
        .atMost(ATTEMPTS);
  }

  private Uni<List<Outcome<StoredAnswer>>> answerAll(Tx tx, List<Ask> asks) {
    return requests
        .claimAll(tx, asks.stream().map(Ask::request).toList())
        .chain(claims -> {
          var first = new ArrayList<Ask>();
          for (int i = 0; i < asks.size(); i++) {
            if (claims.get(i).isFirst()) {
              first.add(asks.get(i));
            }
          }
          return decided(tx, first).map(outcomes -> merged(claims, outcomes.iterator()));
        });
  }

  private Uni<List<Outcome<StoredAnswer>>> decided(Tx tx, List<Ask> first) {
    return decideReservations
        .decide(tx, first.stream().map(Ask::asked).toList())
        .map(decisions -> {
          var outcomes = new ArrayList<Outcome<StoredAnswer>>();
          for (int i = 0; i < first.size(); i++) {
            outcomes.add(outcome(first.get(i), decisions.get(i)));
          }
          return outcomes;
        })
        .call(outcomes ->
            requests.storeAll(
                tx,
                first.stream().map(Ask::request).toList(),
                outcomes.stream().<@Nullable StoredAnswer>map(Outcome::answer).toList()))
        .map(outcomes -> outcomes);
  }

  private static Outcome<StoredAnswer> outcome(Ask ask, Decision decision) {
    return decision.reservation() == null
        ? Outcome.failed(Objects.requireNonNull(decision.refusal()))
        : Outcome.of(ask.answer().apply(decision.reservation()));
  }

  private static List<Outcome<StoredAnswer>> merged(
      List<Claim> claims, Iterator<Outcome<StoredAnswer>> first) {
    return claims.stream().map(claim -> outcome(claim, first)).toList();
  }

  private static Outcome<StoredAnswer> outcome(Claim claim, Iterator<Outcome<StoredAnswer>> first) {
    if (claim.answer() != null) {
      return Outcome.of(claim.answer());
    }
    return claim.refusal() != null ? Outcome.failed(claim.refusal()) : first.next();
  }
}
