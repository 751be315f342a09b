package io.ordersystem.payments.charging;

import io.micrometer.core.instrument.MeterRegistry;
import io.ordersystem.contracts.EventType;
import io.ordersystem.payments.payment.Answer;
import io.ordersystem.payments.payment.Money;
import io.ordersystem.payments.payment.Operation;
import io.ordersystem.payments.payment.OperationTable;
import io.ordersystem.payments.payment.Outcome;
import io.ordersystem.payments.payment.Payment;
import io.ordersystem.payments.payment.Payment.Changed;
import io.ordersystem.payments.payment.PaymentProvider;
import io.ordersystem.payments.payment.PaymentTable;
import io.ordersystem.payments.payment.WorkSignal;
import io.ordersystem.platform.events.Cause;
import io.ordersystem.platform.faults.FaultPoint;
import io.ordersystem.platform.faults.FaultPoints;
import io.ordersystem.platform.ids.Ids;
import io.ordersystem.platform.sql.OwnContext;
import io.ordersystem.platform.sql.Transactions;
import io.ordersystem.platform.sql.Tx;
import io.ordersystem.platform.work.LeasedWork;
import io.quarkus.logging.Log;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.scheduler.Scheduled;
import io.quarkus.virtual.threads.VirtualThreads;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.function.Supplier;
import org.eclipse.microprofile.reactive.messaging.Channel;
import org.eclipse.microprofile.reactive.messaging.Emitter;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.eclipse.microprofile.reactive.messaging.OnOverflow;
import org.jspecify.annotations.Nullable;

/**
 * Claims payments whose provider is to be asked, asks it outside every transaction, and records the
 * outcome. A process that dies in between leaves a lease that runs out: the next one asks again
 * with the same key and gets the same answer.
 */
@ApplicationScoped
class ChargePayments {
  private static final String CLAIM =
      """
      UPDATE payments SET leased_until = $2, attempts = attempts + 1
      WHERE id = ANY (ARRAY(
        SELECT id FROM payments
        WHERE task IS NOT NULL AND next_attempt_at <= $1 AND (leased_until IS NULL OR leased_until <= $1)
        ORDER BY next_attempt_at LIMIT $3 FOR UPDATE SKIP LOCKED))
      RETURNING *
      """;

  private final Transactions transactions;
  private final PaymentTable payments;
  private final PaymentProvider provider;
  private final ChargingConfig config;
  private final Clock clock;
  private final MeterRegistry metrics;
  private final ExecutorService threads;
  private final Vertx vertx;
  private final Emitter<String> passes;
  private final FaultPoints faults;
  private final OperationTable operations;
  private final LeasedWork<Piece> work;

  ChargePayments(
      Transactions transactions,
      PaymentTable payments,
      OperationTable operations,
      PaymentProvider provider,
      ChargingConfig config,
      Clock clock,
      MeterRegistry metrics,
      FaultPoints faults,
      @VirtualThreads ExecutorService threads,
      Vertx vertx,
      @Channel("charging") @OnOverflow(OnOverflow.Strategy.LATEST) Emitter<String> passes) {
    this.transactions = transactions;
    this.payments = payments;
    this.operations = operations;
    this.provider = provider;
    this.config = config;
    this.clock = clock;
    this.metrics = metrics;
    this.threads = threads;
    this.vertx = vertx;
    this.passes = passes;
    this.faults = faults;
    this.work =
        new LeasedWork<>("charging", config.concurrency(), this::claim, this::charge, metrics);
  }

  void listen(@Observes StartupEvent started, WorkSignal signal) {
    signal.listen(() -> passes.send("due").whenComplete(ChargePayments::logLostSignal));
  }

  /** One pass after a commit; signals that arrive meanwhile become one further pass. */
  @Incoming("charging")
  public Uni<Void> on(String signal) {
    return work.pass();
  }

  /**
   * The slow beat: what a lost signal, a crash or a pause has left, and what a slow call holds up.
   */
  @Scheduled(every = "1s", delayed = "2s", identity = "charge-payments")
  Uni<Void> pass() {
    return work.pass();
  }

  /**
   * A payment whose provider is to be asked.
   *
   * @param operation its oldest open one; without one, and with the task to settle, the provider is
   *     to let go of the rest
   */
  private record Piece(Payment payment, @Nullable Operation operation) {
    boolean settles() {
      return payment.state().task() == Payment.Task.SETTLE;
    }

    /**
     * Whether this capture takes all that is left. The same on each repeat of the call, whatever is
     * released meanwhile: the provider refuses a key that comes with another request.
     */
    boolean isLast() {
      Money money = payment.state().money();
      return operation != null
          && operation.kind() == Operation.Kind.CAPTURE
          && money.captured() + operation.amount() == money.authorized();
    }
  }

  private Uni<List<Piece>> claim(int free) {
    Instant now = clock.instant();
    return transactions.inTransaction(tx ->
        tx.query(CLAIM, time(now), time(now.plus(config.lease())), free)
            .map(PaymentTable::payments)
            .chain(claimed -> pieces(tx, claimed)));
  }

  private Uni<List<Piece>> pieces(Tx tx, List<Payment> claimed) {
    List<UUID> settling =
        claimed.stream()
            .filter(payment -> payment.state().task() == Payment.Task.SETTLE)
            .map(Payment::id)
            .toList();
    Uni<Map<UUID, Operation>> due =
        settling.isEmpty() ? Uni.createFrom().item(Map.of()) : operations.due(tx, settling);
    return due.map(found ->
        claimed.stream().map(payment -> new Piece(payment, found.get(payment.id()))).toList());
  }

  private Uni<Void> charge(Piece piece) {
    if (piece.settles() && piece.payment().state().money().captured() > 0
        || piece.operation() != null) {
      return settle(piece);
    }
    Payment payment = piece.payment();
    // A context of its own: what another charge has open beside this one is not this one's.
    return OwnContext.of(vertx, () -> answer(payment))
        .chain(outcome -> transactions.inTransaction(tx -> record(tx, payment, outcome)));
  }

  /** Whatever goes wrong while the provider is asked: it may have acted, so nothing is known. */
  private Uni<Outcome> answer(Payment payment) {
    return called(() -> ask(payment))
        .onFailure()
        .recoverWithItem(failure -> {
          Log.errorf(failure, "Payment %s could not be asked for", payment.id());
          return new Outcome.Unknown(String.valueOf(failure), null);
        });
  }

  private <T> Uni<T> called(Supplier<T> call) {
    return faults
        .pass(FaultPoint.CALL_BEFORE)
        .chain(() -> Uni.createFrom().item(call).runSubscriptionOn(threads))
        .call(() -> faults.pass(FaultPoint.CALL_AFTER));
  }

  private Outcome ask(Payment payment) {
    Transactions.mustNotBeOpen();
    Payment.State state = payment.state();
    String reference = state.reference();
    boolean letsGo = state.task() == Payment.Task.VOID || state.task() == Payment.Task.SETTLE;
    if (letsGo && reference != null) {
      return provider.cancel(payment, reference);
    }
    if (state.task() == Payment.Task.REFRESH && reference != null) {
      return provider.refresh(payment, reference);
    }
    return provider.authorize(payment);
  }

  private Uni<Void> settle(Piece piece) {
    return OwnContext.of(vertx, () -> answer(piece))
        .chain(answer -> transactions.inTransaction(tx -> record(tx, piece, answer)));
  }

  private Uni<Answer> answer(Piece piece) {
    return called(() -> ask(piece))
        .onFailure()
        .recoverWithItem(failure -> {
          Log.errorf(failure, "Payment %s could not be settled", piece.payment().id());
          return new Answer.Unanswered(String.valueOf(failure));
        });
  }

  private Answer ask(Piece piece) {
    Transactions.mustNotBeOpen();
    Payment payment = piece.payment();
    String reference = Objects.requireNonNull(payment.state().reference());
    Operation operation = piece.operation();
    if (operation == null) {
      return provider.letGo(payment, reference);
    }
    return operation.kind() == Operation.Kind.CAPTURE
        ? provider.capture(payment, reference, operation, piece.isLast())
        : provider.refund(payment, reference, operation);
  }

  private Uni<Void> record(Tx tx, Piece piece, Answer answer) {
    return locked(tx, piece.payment())
        .chain(payment -> {
          if (answer instanceof Answer.Unanswered(String reason)) {
            int attempts = payment.state().attempts();
            Log.warnf(
                "Payment %s is settled again (attempt %d): %s", payment.id(), attempts, reason);
            return payments.saveQuietly(tx, payment, clock.instant().plus(pause(attempts)));
          }
          Operation operation = piece.operation();
          return operation == null
              ? payments.saveQuietly(tx, letGo(payment, answer), clock.instant())
              : record(tx, piece, payment, operation, answer);
        });
  }

  /** A refusal to let go of the rest means that there is none: it was captured or has expired. */
  private static Payment letGo(Payment payment, Answer answer) {
    if (answer instanceof Answer.Refused(String code)) {
      Log.warnf("Nothing to let go of payment %s: %s", payment.id(), code);
    }
    return payment.closed();
  }

  private Uni<Void> record(
      Tx tx, Piece piece, Payment payment, Operation operation, Answer answer) {
    return operations
        .isOpen(tx, operation)
        .chain(open ->
            open
                ? answered(tx, piece, payment, operation, answer)
                // Somebody else has recorded the answer after our lease had run out.
                : Uni.createFrom().voidItem());
  }

  private Uni<Void> answered(
      Tx tx, Piece piece, Payment payment, Operation operation, Answer answer) {
    if (answer instanceof Answer.Pending(String reference, String status)) {
      Log.infof("Payment %s: %s %s is %s", payment.id(), operation.kind(), operation.id(), status);
      Instant later = clock.instant().plus(pause(payment.state().attempts()));
      return operations
          .open(tx, operation.pending(reference))
          .chain(() -> operations.hasUnasked(tx, payment.id()))
          .chain(others ->
              payments.saveQuietly(
                  tx, payment, Boolean.TRUE.equals(others) ? clock.instant() : later));
    }
    return end(tx, piece, payment, operation, answer);
  }

  private Uni<Void> end(Tx tx, Piece piece, Payment payment, Operation operation, Answer answer) {
    Changed changed = payment.answered(operation, answer, piece.isLast()).orElseThrow();
    Money money = changed.payment().state().money();
    return operations
        .hasOthers(tx, payment.id(), operation.id())
        .chain(others -> {
          boolean due = others || (money.isSettled() && !money.closed());
          tx.afterCommit(() -> count(changed));
          return operations.end(tx, changed.settling(due), clock.instant(), Cause.NONE);
        });
  }

  private void count(Changed changed) {
    Operation operation = Objects.requireNonNull(changed.operation());
    String outcome = operation.kind() + "_" + operation.status();
    metrics.counter("payments.outcomes", "outcome", outcome).increment();
    Log.infof("Payment %s: %s of %d", changed.payment().id(), outcome, operation.amount());
    if (changed.payment().state().task() == Payment.Task.SETTLE) {
      passes.send("due").whenComplete(ChargePayments::logLostSignal);
    }
  }

  private Uni<Payment> locked(Tx tx, Payment asked) {
    return payments
        .lock(tx, asked.id())
        .map(found ->
            found.orElseThrow(() -> new IllegalStateException("payment is gone: " + asked.id())));
  }

  private Uni<Void> record(Tx tx, Payment asked, Outcome outcome) {
    return locked(tx, asked).chain(payment -> record(tx, payment, asked, outcome));
  }

  private Uni<Void> record(Tx tx, Payment payment, Payment asked, Outcome outcome) {
    if (outcome instanceof Outcome.Unknown unknown) {
      Log.warnf(
          "Payment %s is asked for again (attempt %d): %s",
          payment.id(), payment.state().attempts(), unknown.reason());
    }
    Instant again = clock.instant().plus(pause(payment.state().attempts()));
    boolean hinted = isHintedSince(payment, asked);
    if (isOvertaken(payment, asked)) {
      // What is to be carried out is asked for now, and the provider's answer to that decides.
      return payments.saveQuietly(tx, payment, clock.instant());
    }
    return payment
        .apply(outcome)
        .map(changed -> hinted ? changed.refreshing() : changed)
        .map(changed ->
            payments
                .save(tx, changed, due(changed, again), Cause.NONE)
                .invoke(() -> tx.afterCommit(() -> countOutcome(changed))))
        .orElseGet(() ->
            hinted
                ? payments.saveQuietly(tx, payment, clock.instant())
                : payments.saveQuietly(tx, settled(payment, outcome), again));
  }

  /**
   * A hint that came while the provider was asked: the answer may be older than what it tells of.
   */
  private static boolean isHintedSince(Payment payment, Payment asked) {
    return payment.state().task() == Payment.Task.REFRESH
        && payment.state().attempts() != asked.state().attempts();
  }

  /** Something else became due while the provider was asked. */
  private static boolean isOvertaken(Payment payment, Payment asked) {
    return payment.state().task() == Payment.Task.SETTLE
        && asked.state().task() != Payment.Task.SETTLE;
  }

  /** A task that the outcome has answered is over, also when the answer was no news. */
  private static Payment settled(Payment payment, Outcome outcome) {
    if (outcome instanceof Outcome.Unknown unknown) {
      return payment.learning(unknown.reference());
    }
    return payment.state().task() == Payment.Task.REFRESH ? payment.withoutTask() : payment;
  }

  private Instant due(Changed changed, Instant again) {
    // What is still to be done about a settled outcome is done at once; only the unknown waits.
    return changed.event() == EventType.PAYMENT_UNKNOWN ? again : clock.instant();
  }

  private Duration pause(int attempts) {
    List<Duration> pauses = config.askAgainAfter();
    return pauses.get(Math.min(Math.max(attempts, 1), pauses.size()) - 1);
  }

  private void countOutcome(Changed changed) {
    Payment payment = changed.payment();
    String outcome = payment.state().status().name();
    metrics.counter("payments.outcomes", "outcome", outcome).increment();
    metrics
        .timer("payments.processing", "outcome", outcome)
        .record(Duration.between(Ids.timeOf(payment.id()), clock.instant()));
    if (payment.state().task() == Payment.Task.VOID) {
      metrics.counter("payments.late.authorizations").increment();
      passes.send("due").whenComplete(ChargePayments::logLostSignal);
    }
    Log.infof("Payment %s of order %s is %s", payment.id(), payment.orderId(), outcome);
  }

  private static void logLostSignal(Void sent, Throwable failure) {
    if (failure != null) {
      Log.debugf("A signal was dropped, the beat makes up for it: %s", failure.toString());
    }
  }

  private static OffsetDateTime time(Instant instant) {
    return OffsetDateTime.ofInstant(instant, ZoneOffset.UTC);
  }
}
