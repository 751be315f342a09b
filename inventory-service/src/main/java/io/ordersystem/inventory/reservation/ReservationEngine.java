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

  private final Transactions transactions;
  private final IdempotentRequests requests;
  private final DecideReservations decideReservations;
  private final ReservationConfig config;
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
    this.config = config;
    this.metrics = metrics;
    coalescer =
        new Coalescer<>(
            vertx,
            new Coalescer.Limits(
                config.batchesInWork(),
                config.batchSize(),
                config.queueLimit(),
                config.queuePatience()),
            Ask::keys,
            this::answerAll,
            SqlFailures::isUnavailable);
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
  Uni<Void> inTurn(Supplier<Uni<Void>> transaction) {
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

  /** Ends what is due, a batch at a time and each in its turn, but what others work on. */
  Uni<Void> expireDue() {
    return coalescer.inTurn(this::expireSome).chain(this::goOn);
  }

  private Uni<Boolean> expireSome() {
    return transactions
        .inTransaction(decideReservations::expireDue)
        .map(ended -> ended >= config.expiryBatchSize());
  }

  private Uni<Void> goOn(boolean more) {
    return more ? expireDue() : Uni.createFrom().voidItem();
  }

  /** Those that hold one of these offers, for a batch that cannot refuse before. */
  private Uni<Void> expireOn(Collection<StockKey> offers) {
    return transactions
        .inTransaction(tx -> decideReservations.expireDueOn(tx, offers))
        .chain(ended ->
            ended < config.expiryBatchSize() ? Uni.createFrom().voidItem() : expireOn(offers));
  }

  private Uni<List<Outcome<StoredAnswer>>> answerAll(List<Ask> asks) {
    metrics.batch(asks.size());
    return again(() -> transactions.inTransaction(tx -> answerAll(tx, asks)))
        // Every request of ours may be repeated: its keys and references are the same again.
        .onFailure(CommitUnknown.class)
        .retry()
        .withBackOff(Duration.ofMillis(50), Duration.ofMillis(500))
        .atMost(REPEATS);
  }

  private <T> Uni<T> again(Supplier<Uni<T>> transaction) {
    return Uni.createFrom()
        .deferred(transaction::get)
        .onFailure(ComesUpShort.class)
        .call(failure -> expireOn(((ComesUpShort) failure).offers()))
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
