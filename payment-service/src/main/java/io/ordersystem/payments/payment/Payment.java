package io.ordersystem.payments.payment;

import io.ordersystem.contracts.EventType;
import io.ordersystem.contracts.payment.PaymentChanged;
import io.ordersystem.contracts.payment.PaymentChanged.NextAction;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The payment of one root order. Immutable: a transition returns the next version with the event
 * that it makes, or nothing when what happened changes nothing. Outcomes may come twice, late and
 * in any order.
 *
 * @param amount minor units of {@code currency}
 */
public record Payment(
    UUID id,
    UUID orderId,
    String customerId,
    String currency,
    long amount,
    String paymentMethod,
    State state,
    long version) {

  /** What the provider can be asked for. */
  public enum Task {
    AUTHORIZE,
    REFRESH,
    VOID,
    /** Its open operations, one after the other, and then to let go of the rest. */
    SETTLE
  }

  /**
   * What changes.
   *
   * @param reference the provider's name of the payment, once it has one
   * @param voidReason set once order-service has given the order up: what is authorised then, or
   *     turns out to be, is let go of
   * @param task what the provider is still to be asked for
   * @param attempts how often it was asked for that
   */
  public record State(
      PaymentStatus status,
      Money money,
      @Nullable String reference,
      @Nullable String declineCode,
      @Nullable NextAction nextAction,
      @Nullable String voidReason,
      @Nullable Task task,
      int attempts) {
    State become(PaymentStatus next, @Nullable Task nextTask) {
      return new State(next, money, reference, declineCode, null, voidReason, nextTask, 0);
    }

    State referring(@Nullable String to) {
      return new State(
          status,
          money,
          to == null ? reference : to,
          declineCode,
          nextAction,
          voidReason,
          task,
          attempts);
    }
  }

  /** A payment's next version and the event that tells of it. */
  public record Changed(Payment payment, EventType event, @Nullable Operation operation) {
    /** A change that no operation made. */
    Changed(Payment payment, EventType event) {
      this(payment, event, null);
    }

    /** The same with something still to be carried out, or not. */
    public Changed settling(boolean due) {
      return new Changed(payment.settling(due), event, operation);
    }

    /** The same, its provider to be asked what it has. */
    public Changed refreshing() {
      return new Changed(payment.toBeRefreshed(), event, operation);
    }
  }

  /** A payment that is to be authorised. */
  public static Changed requested(
      UUID id, UUID orderId, String customerId, String currency, long amount, String method) {
    var state =
        new State(PaymentStatus.REQUESTED, Money.NONE, null, null, null, null, Task.AUTHORIZE, 0);
    return new Changed(
        new Payment(id, orderId, customerId, currency, amount, method, state, 1),
        EventType.PAYMENT_REQUESTED);
  }

  /** A payment for an order that was given up before: never charged. */
  public Changed stillborn(String reason) {
    var state = new State(PaymentStatus.VOIDED, Money.NONE, null, null, null, reason, null, 0);
    return new Changed(with(state, version), EventType.PAYMENT_VOIDED);
  }

  /** What an outcome of the provider makes of this payment. */
  public Optional<Changed> apply(Outcome outcome) {
    if (isFinal()) {
      return Optional.empty();
    }
    return switch (outcome) {
      case Outcome.Authorized(String reference, long authorized) ->
          authorized(reference, authorized);
      case Outcome.ActionRequired action -> actionRequired(action);
      case Outcome.Declined(String reference, String code) -> declined(reference, code);
      // Nothing can be let go of that was taken: an expired rest of it is.
      case Outcome.Voided _ when state.money().captured() > 0 -> Optional.empty();
      case Outcome.Voided(String reference) ->
          next(
              state.become(PaymentStatus.VOIDED, null).referring(reference),
              EventType.PAYMENT_VOIDED);
      case Outcome.Unknown unknown -> unknown(unknown.reference());
    };
  }

  /**
   * The order was given up. Voids at once what the provider was never asked for; notes the rest, so
   * that it is let go of as soon as it is known. Empty when there is nothing to let go of.
   */
  public Optional<Payment> giveUp(String reason) {
    if (isFinal() || state.voidReason() != null || state.money().captured() > 0) {
      return Optional.empty();
    }
    boolean mayHold =
        state.status() == PaymentStatus.AUTHORIZED
            || state.status() == PaymentStatus.REQUIRES_ACTION;
    var noted =
        new State(
            state.status(),
            state.money(),
            state.reference(),
            state.declineCode(),
            state.nextAction(),
            reason,
            mayHold ? Task.VOID : state.task(),
            mayHold ? 0 : state.attempts());
    return Optional.of(with(noted, version));
  }

  /** The same payment with nothing left to ask. */
  public Payment withoutTask() {
    var rested =
        new State(
            state.status(),
            state.money(),
            state.reference(),
            state.declineCode(),
            state.nextAction(),
            state.voidReason(),
            null,
            0);
    return with(rested, version);
  }

  /**
   * The same payment, its provider to be asked what it has: after a hint that something changed.
   * Attempts start again at 0, by which a call that is under way sees that its answer is older.
   */
  public Payment toBeRefreshed() {
    boolean busy = state.task() != null && state.task() != Task.REFRESH;
    if (state.money().closed() || isFinal() || state.reference() == null || busy) {
      return this;
    }
    var asking =
        new State(
            state.status(),
            state.money(),
            state.reference(),
            state.declineCode(),
            state.nextAction(),
            state.voidReason(),
            Task.REFRESH,
            0);
    return with(asking, version);
  }

  /** Whether the provider has never been asked, so that it cannot hold anything. */
  public boolean isUntouched() {
    return state.status() == PaymentStatus.REQUESTED && state.attempts() == 0;
  }

  private boolean isFinal() {
    return state.status() == PaymentStatus.DECLINED || state.status() == PaymentStatus.VOIDED;
  }

  private Optional<Changed> authorized(String reference, long authorized) {
    if (state.status().isAuthorized()) {
      return Optional.empty();
    }
    Task then = state.voidReason() == null ? null : Task.VOID;
    var next =
        new State(
            PaymentStatus.AUTHORIZED,
            Money.held(authorized),
            reference,
            null,
            null,
            state.voidReason(),
            then,
            0);
    return next(next, EventType.PAYMENT_AUTHORIZED);
  }

  private Optional<Changed> actionRequired(Outcome.ActionRequired action) {
    if (state.status() == PaymentStatus.REQUIRES_ACTION || state.status().isAuthorized()) {
      return Optional.empty();
    }
    Task then = state.voidReason() == null ? null : Task.VOID;
    var next =
        new State(
            PaymentStatus.REQUIRES_ACTION,
            Money.NONE,
            action.reference(),
            null,
            new NextAction(action.type(), action.url(), action.clientSecret()),
            state.voidReason(),
            then,
            0);
    return next(next, EventType.PAYMENT_ACTION_REQUIRED);
  }

  private Optional<Changed> declined(@Nullable String reference, String code) {
    var next =
        new State(
            PaymentStatus.DECLINED,
            Money.NONE,
            reference == null ? state.reference() : reference,
            code,
            null,
            state.voidReason(),
            null,
            0);
    return next(next, EventType.PAYMENT_DECLINED);
  }

  /** Told once; the attempts go on without further versions. */
  private Optional<Changed> unknown(@Nullable String reference) {
    if (state.status() != PaymentStatus.REQUESTED) {
      return Optional.empty();
    }
    State learned = learning(reference).state();
    var next =
        new State(
            PaymentStatus.UNKNOWN,
            Money.NONE,
            learned.reference(),
            null,
            null,
            state.voidReason(),
            learned.task(),
            state.attempts());
    return next(next, EventType.PAYMENT_UNKNOWN);
  }

  /**
   * The same payment with the provider's name of it, if it had none. From then on the provider is
   * asked by that name: repeating the authorisation would only repeat its first answer.
   */
  public Payment learning(@Nullable String reference) {
    if (reference == null || state.reference() != null) {
      return this;
    }
    var learned =
        new State(
            state.status(),
            state.money(),
            reference,
            state.declineCode(),
            state.nextAction(),
            state.voidReason(),
            state.task() == Task.AUTHORIZE ? Task.REFRESH : state.task(),
            state.attempts());
    return with(learned, version);
  }

  /**
   * A release of a part: noted, because the provider knows only the whole. Of a payment of which
   * nothing is held any more there is nothing to note, but it is answered.
   *
   * @throws IllegalArgumentException when not that much is held
   */
  Changed release(Operation release) {
    if (state.status() == PaymentStatus.VOIDED) {
      return settled(
          state.status(), state.money(), EventType.PAYMENT_RELEASED, release.succeeded(null));
    }
    Money money = state.money().release(release.amount());
    return settled(money.status(), money, EventType.PAYMENT_RELEASED, release.succeeded(null));
  }

  /** What the provider's answer to an operation makes of the payment. Empty when there is none. */
  public Optional<Changed> answered(Operation asked, Answer answer, boolean last) {
    boolean capture = asked.kind() == Operation.Kind.CAPTURE;
    return switch (answer) {
      case Answer.Done(String reference) -> {
        Money money =
            capture
                ? state.money().capture(asked.amount(), last)
                : state.money().refund(asked.amount());
        yield Optional.of(
            settled(
                money.status(),
                money,
                capture ? EventType.PAYMENT_CAPTURED : EventType.PAYMENT_REFUNDED,
                asked.succeeded(reference)));
      }
      case Answer.Refused(String code) -> Optional.of(failed(asked, code));
      case Answer.Pending _, Answer.Unanswered _ -> Optional.empty();
    };
  }

  /** An operation that cannot be carried out. */
  Changed failed(Operation asked, String code) {
    boolean capture = asked.kind() == Operation.Kind.CAPTURE;
    return settled(
        state.status(),
        state.money(),
        capture ? EventType.PAYMENT_CAPTURE_FAILED : EventType.PAYMENT_REFUND_FAILED,
        asked.failed(code));
  }

  /**
   * The same payment, with something still to be carried out or not. It goes before reading what
   * the provider has, and stands behind giving the payment up.
   */
  public Payment settling(boolean due) {
    boolean replaceable = due ? state.task() != Task.VOID : state.task() == Task.SETTLE;
    if (!replaceable) {
      return this;
    }
    return with(
        new State(
            state.status(),
            state.money(),
            state.reference(),
            state.declineCode(),
            state.nextAction(),
            state.voidReason(),
            due ? Task.SETTLE : null,
            0),
        version);
  }

  /** The same payment, of which the provider holds nothing any more. */
  public Payment closed() {
    return with(
        new State(
            state.status(),
            state.money().close(),
            state.reference(),
            state.declineCode(),
            state.nextAction(),
            state.voidReason(),
            null,
            0),
        version);
  }

  private Changed settled(PaymentStatus status, Money money, EventType event, Operation operation) {
    var next =
        new State(
            status,
            money,
            state.reference(),
            state.declineCode(),
            null,
            state.voidReason(),
            state.task(),
            0);
    return new Changed(with(next, version + 1), event, operation);
  }

  private Optional<Changed> next(State next, EventType event) {
    return Optional.of(new Changed(with(next, version + 1), event));
  }

  private Payment with(State next, long nextVersion) {
    return new Payment(id, orderId, customerId, currency, amount, paymentMethod, next, nextVersion);
  }

  /**
   * What others are told.
   *
   * @param operation what it tells the end of
   */
  PaymentChanged event(@Nullable Operation operation) {
    Money money = state.money();
    return new PaymentChanged(
        id,
        orderId,
        state.status().name(),
        currency,
        amount,
        money.authorized(),
        state.declineCode(),
        state.nextAction(),
        money.captured(),
        money.released(),
        money.refunded(),
        operation == null ? null : operation.event(),
        state.reference());
  }
}
