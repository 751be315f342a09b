package io.ordersystem.payments.charging;

import io.micrometer.core.instrument.MeterRegistry;
import io.ordersystem.contracts.EventType;
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
import java.util.concurrent.ExecutorService;
import org.eclipse.microprofile.reactive.messaging.Channel;
import org.eclipse.microprofile.reactive.messaging.Emitter;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.eclipse.microprofile.reactive.messaging.OnOverflow;

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
  private final LeasedWork<Payment> work;

  ChargePayments(
      Transactions transactions,
      PaymentTable payments,
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

  private Uni<List<Payment>> claim(int free) {
    Instant now = clock.instant();
    return transactions.inTransaction(tx ->
        tx.query(CLAIM, time(now), time(now.plus(config.lease())), free)
            .map(PaymentTable::payments));
  }

  private Uni<Void> charge(Payment payment) {
    // A context of its own: what another charge has open beside this one is not this one's.
    return OwnContext.of(vertx, () -> answer(payment))
        .chain(outcome -> transactions.inTransaction(tx -> record(tx, payment, outcome)));
  }

  /** Whatever goes wrong while the provider is asked: it may have acted, so nothing is known. */
  private Uni<Outcome> answer(Payment payment) {
    return faults
        .pass(FaultPoint.CALL_BEFORE)
        .chain(() -> Uni.createFrom().item(() -> ask(payment)).runSubscriptionOn(threads))
        .call(() -> faults.pass(FaultPoint.CALL_AFTER))
        .onFailure()
        .recoverWithItem(failure -> {
          Log.errorf(failure, "Payment %s could not be asked for", payment.id());
          return new Outcome.Unknown(String.valueOf(failure), null);
        });
  }

  private Outcome ask(Payment payment) {
    Transactions.mustNotBeOpen();
    Payment.State state = payment.state();
    String reference = state.reference();
    if (state.task() == Payment.Task.VOID && reference != null) {
      return provider.cancel(payment, reference);
    }
    if (state.task() == Payment.Task.REFRESH && reference != null) {
      return provider.refresh(payment, reference);
    }
    return provider.authorize(payment);
  }

  private Uni<Void> record(Tx tx, Payment asked, Outcome outcome) {
    return payments
        .lock(tx, asked.id())
        .chain(found ->
            found
                .map(payment -> record(tx, payment, asked, outcome))
                .orElseThrow(() -> new IllegalStateException("payment is gone: " + asked.id())));
  }

  private Uni<Void> record(Tx tx, Payment payment, Payment asked, Outcome outcome) {
    if (outcome instanceof Outcome.Unknown unknown) {
      Log.warnf(
          "Payment %s is asked for again (attempt %d): %s",
          payment.id(), payment.state().attempts(), unknown.reason());
    }
    Instant again = clock.instant().plus(pause(payment.state().attempts()));
    boolean hinted = isHintedSince(payment, asked);
    return payment
        .apply(outcome)
        .map(changed -> hinted ? refreshing(changed) : changed)
        .map(changed ->
            payments
                .save(tx, changed, due(changed, again), Cause.NONE)
                .invoke(() -> tx.afterCommit(() -> count(changed))))
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

  private static Changed refreshing(Changed changed) {
    return new Changed(changed.payment().toBeRefreshed(), changed.event());
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

  private void count(Changed changed) {
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
