package io.ordersystem.payments.charging;

import io.micrometer.core.instrument.MeterRegistry;
import io.ordersystem.payments.payment.Answer;
import io.ordersystem.payments.payment.AskProvider;
import io.ordersystem.payments.payment.Operation;
import io.ordersystem.payments.payment.Outcome;
import io.ordersystem.payments.payment.Payment;
import io.ordersystem.payments.payment.Payment.Changed;
import io.ordersystem.payments.payment.Payment.Task;
import io.ordersystem.payments.payment.PaymentProvider;
import io.ordersystem.payments.payment.PaymentStatus;
import io.ordersystem.payments.payment.PaymentTable;
import io.ordersystem.payments.payment.PaymentTable.Lease;
import io.ordersystem.payments.payment.ProviderConfig;
import io.ordersystem.payments.payment.ProviderUnanswered;
import io.ordersystem.payments.payment.WorkSignal;
import io.ordersystem.platform.events.Cause;
import io.ordersystem.platform.ids.Ids;
import io.ordersystem.platform.sql.OwnContext;
import io.ordersystem.platform.sql.Transactions;
import io.ordersystem.platform.sql.Tx;
import io.ordersystem.platform.work.Draining;
import io.ordersystem.platform.work.LeasedWork;
import io.quarkus.logging.Log;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.scheduler.Scheduled;
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
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;
import java.util.function.Supplier;
import org.eclipse.microprofile.faulttolerance.exceptions.CircuitBreakerOpenException;
import org.eclipse.microprofile.reactive.messaging.Channel;
import org.eclipse.microprofile.reactive.messaging.Emitter;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.eclipse.microprofile.reactive.messaging.OnOverflow;
import org.jspecify.annotations.Nullable;

/**
 * Claims payments whose provider is to be asked, or gets new ones that were claimed when they were
 * stored, asks it outside every transaction, and records the outcome. A process that dies in
 * between leaves a lease that runs out: the next one asks again with the same key and gets the same
 * answer.
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
      RETURNING %s
      """
          .formatted(PaymentTable.COLUMNS);
  private static final String SUBMIT =
      """
      UPDATE payment_operations o SET status = 'SUBMITTED', updated_at = $3
      FROM unnest($1::uuid[], $2::text[]) AS s(id, kind)
      WHERE (o.id, o.kind) = (s.id, s.kind) AND o.status IN ('REQUESTED', 'UNKNOWN')
      """;

  private final Transactions transactions;
  private final PaymentTable payments;
  private final PaymentProvider provider;
  private final AskProvider ask;
  private final ChargingConfig config;
  private final ProviderConfig patience;
  private final ChargingMetrics metrics;
  private final Clock clock;
  private final Emitter<String> passes;
  private final LeasedWork<Piece> work;

  ChargePayments(
      Transactions transactions,
      PaymentTable payments,
      PaymentProvider provider,
      AskProvider ask,
      ChargingConfig config,
      ProviderConfig patience,
      ChargingMetrics metrics,
      Clock clock,
      Draining draining,
      MeterRegistry registry,
      Vertx vertx,
      @Channel("charging") @OnOverflow(OnOverflow.Strategy.LATEST) Emitter<String> passes) {
    this.transactions = transactions;
    this.payments = payments;
    this.provider = provider;
    this.ask = ask;
    this.config = config;
    this.patience = patience;
    this.metrics = metrics;
    this.clock = clock;
    this.passes = passes;
    this.work =
        new LeasedWork<>(
            "charging",
            config.concurrency(),
            this::claim,
            // Pieces run side by side: what one has open is not another's.
            piece -> OwnContext.of(vertx, () -> charge(piece)),
            true,
            draining,
            registry);
  }

  void listen(@Observes StartupEvent started, WorkSignal signal) {
    signal.listen(this::wake, this::keep);
  }

  private WorkSignal.Kept keep(int most) {
    LeasedWork<Piece>.Kept kept = work.keep(most);
    return new WorkSignal.Kept(
        kept.places(),
        clock.instant().plus(config.lease()),
        claimed -> kept.begin(claimed.stream().map(Piece::of).toList()),
        kept::giveBack);
  }

  private void wake() {
    passes.send("due").whenComplete(ChargePayments::logLostSignal);
  }

  /** One look after a commit; signals that arrive meanwhile become one further look. */
  @Incoming("charging")
  public Uni<Void> on(String signal) {
    return work.begin();
  }

  /** The slow beat: what a lost signal, a crash or a pause has left. */
  @Scheduled(every = "1s", delayed = "2s", identity = "charge-payments")
  Uni<Void> look() {
    return work.begin();
  }

  /**
   * A payment whose provider is to be asked, as it was claimed.
   *
   * @param operation its next one; without one, and with the task to settle, the provider is to let
   *     go of the rest
   * @param paid whether it is paid for by what was taken ahead, so that nobody has to be asked
   */
  private record Piece(Payment payment, @Nullable Operation operation, boolean paid) {
    static Piece of(Payment payment) {
      Operation next = payment.state().task() == Task.SETTLE ? payment.next().orElse(null) : null;
      Operation drawn = next == null ? null : payment.drawnAhead(next).orElse(null);
      return new Piece(payment, drawn == null ? next : drawn, drawn != null);
    }

    boolean isLast() {
      return operation != null && payment.isLast(operation);
    }

    /** Short, and without what is the customer's: it goes to the log. */
    @Override
    public String toString() {
      return "payment %s, %s %s"
          .formatted(payment.id(), payment.state().task(), operation == null ? "" : operation.id());
    }

    /** Whether the provider is to let go of the rest of what was taken in part. */
    boolean letsGo() {
      Task task = payment.state().task();
      return operation == null
          && (task == Task.SETTLE || task == Task.VOID)
          && payment.account().taken() > 0;
    }
  }

  private Uni<List<Piece>> claim(int free) {
    Instant now = clock.instant();
    return transactions.inTransaction(tx ->
        payments
            .read(tx, tx.query(CLAIM, time(now), time(now.plus(config.lease())), free))
            .map(claimed -> claimed.stream().map(Piece::of).toList())
            .call(pieces -> submit(tx, pieces)));
  }

  private Uni<Void> submit(Tx tx, List<Piece> pieces) {
    List<Operation> operations =
        pieces.stream()
            .filter(piece -> !piece.paid())
            .map(Piece::operation)
            .filter(Objects::nonNull)
            .toList();
    return operations.isEmpty()
        ? Uni.createFrom().voidItem()
        : tx.query(
                SUBMIT,
                operations.stream().map(Operation::id).toArray(UUID[]::new),
                operations.stream()
                    .map(operation -> operation.kind().name())
                    .toArray(String[]::new),
                time(clock.instant()))
            .replaceWithVoid();
  }

  private Uni<Void> charge(Piece piece) {
    Payment payment = piece.payment();
    Uni<Void> recorded =
        piece.operation() != null || piece.letsGo()
            ? answer(piece)
                .chain(answer -> transactions.inTransaction(tx -> record(tx, piece, answer)))
            : outcome(payment)
                .chain(outcome -> transactions.inTransaction(tx -> record(tx, payment, outcome)));
    return recorded
        .onFailure(CircuitBreakerOpenException.class)
        .recoverWithUni(() -> postpone(payment));
  }

  // --- Asking

  private Uni<Outcome> outcome(Payment payment) {
    Supplier<Uni<Outcome>> call = () -> ask.call(Outcome.class, () -> ask(payment));
    return unlessUnanswered(payment, call, reason -> new Outcome.Unknown(reason, null));
  }

  private Uni<Answer> answer(Piece piece) {
    if (piece.paid()) {
      return Uni.createFrom().item(new Answer.Done(null));
    }
    Supplier<Uni<Answer>> call = () -> ask.call(Answer.class, () -> ask(piece));
    return unlessUnanswered(piece.payment(), call, Answer.Unanswered::new);
  }

  /** Whatever goes wrong while the provider is asked: it may have acted, so nothing is known. */
  private static <T> Uni<T> unlessUnanswered(
      Payment payment, Supplier<Uni<T>> call, Function<String, T> unknown) {
    return call.get()
        .onFailure(failure -> !(failure instanceof CircuitBreakerOpenException))
        .recoverWithItem(failure -> {
          if (!(failure instanceof ProviderUnanswered)) {
            Log.errorf(failure, "Payment %s could not be asked for", payment.id());
          }
          return unknown.apply(String.valueOf(failure.getMessage()));
        });
  }

  private Outcome ask(Payment payment) {
    String reference = payment.state().reference();
    Task task = payment.state().task();
    if (reference == null) {
      return payment.status() == PaymentStatus.UNKNOWN
          ? provider.find(payment).orElseGet(() -> notFound(payment))
          : provider.authorize(payment);
    }
    return task == Task.VOID || task == Task.SETTLE
        ? provider.cancel(payment, reference)
        : provider.refresh(payment, reference);
  }

  /**
   * The provider has none with our reference, or not yet: within the life of its key the
   * authorisation is repeated, and makes or repeats the one that there is.
   */
  private Outcome notFound(Payment payment) {
    // Its search lags behind, by an hour on a bad day: only after all pauses is a miss believed.
    boolean certain =
        Ids.timeOf(payment.id()).plus(config.keysLiveFor()).isBefore(clock.instant())
            && payment.state().attempts() > config.askAgainAfter().size();
    return certain && payment.state().voidReason() != null
        ? new Outcome.Voided(null)
        : provider.authorize(payment);
  }

  private Answer ask(Piece piece) {
    Payment payment = piece.payment();
    String reference = Objects.requireNonNull(payment.state().reference());
    Operation operation = piece.operation();
    if (operation == null) {
      return provider.letGo(payment, reference);
    }
    return switch (operation.kind()) {
      case CAPTURE, ADVANCE ->
          provider.capture(
              payment, reference, operation, Payment.charge(operation), piece.isLast());
      case REFUND, RETURN -> provider.refund(payment, reference, operation);
      case DISPUTE -> provider.dispute(Objects.requireNonNull(operation.reference()));
      case AUTHORIZATION, CANCELLATION, RELEASE ->
          throw new IllegalStateException("no operation of the provider: " + operation);
    };
  }

  // --- Recording

  /** Nobody was asked: the provider is taken for down. */
  private Uni<Void> postpone(Payment asked) {
    return transactions.inTransaction(tx ->
        locked(tx, asked)
            .chain(payment ->
                payments.saveQuietly(
                    tx, payment.notAsked(), clock.instant().plus(patience.breakerPause()))));
  }

  private Uni<Void> record(Tx tx, Piece piece, Answer answer) {
    return locked(tx, piece.payment())
        .chain(payment ->
            changed(payment, piece, answer)
                .map(changed -> save(tx, changed, due(changed, answer)))
                // Somebody else has recorded the answer after our lease had run out.
                .orElseGet(() -> payments.saveQuietly(tx, payment, clock.instant())));
  }

  private static Optional<Changed> changed(Payment payment, Piece piece, Answer answer) {
    Operation operation = piece.operation();
    if (operation != null) {
      log(payment, operation, answer);
      return payment.answered(operation, answer, piece.isLast());
    }
    return switch (answer) {
      case Answer.Unanswered(String reason) -> {
        Log.warnf("The rest of payment %s is let go of again: %s", payment.id(), reason);
        yield Optional.of(payment.unchanged());
      }
      // A refusal to let go of the rest means that there is none: it was captured or has expired.
      case Answer.Refused(String code) -> {
        Log.warnf("Nothing to let go of payment %s: %s", payment.id(), code);
        yield Optional.of(payment.closed());
      }
      case Answer.Done _, Answer.Pending _, Answer.Disputed _ -> Optional.of(payment.closed());
    };
  }

  private static void log(Payment payment, Operation operation, Answer answer) {
    if (answer instanceof Answer.Unanswered(String reason)) {
      Log.warnf(
          "Payment %s: %s %s is asked for again (attempt %d): %s",
          payment.id(), operation.kind(), operation.id(), payment.state().attempts(), reason);
    } else {
      Log.infof(
          "Payment %s: %s %s of %d: %s",
          payment.id(), operation.kind(), operation.id(), operation.amount(), answer);
    }
  }

  private Instant due(Changed changed, Answer answer) {
    Payment payment = changed.payment();
    boolean waits =
        switch (answer) {
          case Answer.Unanswered _ -> true;
          case Answer.Pending _ -> !payment.hasUnasked();
          case Answer.Done _, Answer.Refused _, Answer.Disputed _ -> false;
        };
    return waits
        ? clock.instant().plus(pause(changed.payment().state().attempts()))
        : clock.instant();
  }

  private Uni<Void> save(Tx tx, Changed changed, Instant due) {
    boolean dueNow = changed.payment().state().task() != null && !due.isAfter(clock.instant());
    tx.afterCommit(() -> {
      metrics.count(changed);
      if (dueNow) {
        wake();
      }
    });
    return payments.save(tx, changed, due, Cause.NONE, Lease.ENDS);
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
    if (isOvertaken(payment, asked)) {
      // What is to be carried out is asked for now, and the provider's answer to that decides.
      return payments.saveQuietly(tx, payment, clock.instant());
    }
    boolean hinted = isHintedSince(payment, asked);
    Payment told = hinted || outcome instanceof Outcome.Unknown ? payment : payment.refreshed();
    Instant otherwise = hinted ? clock.instant() : again;
    return told.apply(outcome)
        .map(changed -> save(tx, changed, isWaiting(changed) ? otherwise : clock.instant()))
        .orElseGet(() -> payments.saveQuietly(tx, told, otherwise));
  }

  /**
   * A hint that came while the provider was asked: the answer may be older than what it tells of.
   */
  private static boolean isHintedSince(Payment payment, Payment asked) {
    return payment.state().task() == Task.REFRESH
        && payment.state().attempts() != asked.state().attempts();
  }

  /** Something else became due while the provider was asked. */
  private static boolean isOvertaken(Payment payment, Payment asked) {
    return payment.state().task() == Task.SETTLE && asked.state().task() != Task.SETTLE;
  }

  /** What is still to be done about a settled outcome is done at once; the rest waits. */
  private static boolean isWaiting(Changed changed) {
    return switch (changed.payment().status()) {
      case UNKNOWN -> true;
      case REQUIRES_ACTION -> changed.payment().state().task() == Task.REFRESH;
      default -> false;
    };
  }

  /** Shortened at random, so that payments that failed together come back apart. */
  private Duration pause(int attempts) {
    List<Duration> pauses = config.askAgainAfter();
    Duration pause = pauses.get(Math.min(Math.max(attempts, 1), pauses.size()) - 1);
    return pause.minusMillis(
        ThreadLocalRandom.current().nextLong(Math.max(1, pause.toMillis() / 5)));
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
