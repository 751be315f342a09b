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
    VOID
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
      long authorizedAmount,
      @Nullable String reference,
      @Nullable String declineCode,
      @Nullable NextAction nextAction,
      @Nullable String voidReason,
      @Nullable Task task,
      int attempts) {
    State become(PaymentStatus next, @Nullable Task nextTask) {
      return new State(
          next, authorizedAmount, reference, declineCode, null, voidReason, nextTask, 0);
    }

    State referring(@Nullable String to) {
      return new State(
          status,
          authorizedAmount,
          to == null ? reference : to,
          declineCode,
          nextAction,
          voidReason,
          task,
          attempts);
    }
  }

  /** A payment's next version and the event that tells of it. */
  public record Changed(Payment payment, EventType event) {}

  /** A payment that is to be authorised. */
  public static Changed requested(
      UUID id, UUID orderId, String customerId, String currency, long amount, String method) {
    var state = new State(PaymentStatus.REQUESTED, 0, null, null, null, null, Task.AUTHORIZE, 0);
    return new Changed(
        new Payment(id, orderId, customerId, currency, amount, method, state, 1),
        EventType.PAYMENT_REQUESTED);
  }

  /** A payment for an order that was given up before: never charged. */
  public Changed stillborn(String reason) {
    var state = new State(PaymentStatus.VOIDED, 0, null, null, null, reason, null, 0);
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
    if (isFinal() || state.voidReason() != null) {
      return Optional.empty();
    }
    boolean mayHold =
        state.status() == PaymentStatus.AUTHORIZED
            || state.status() == PaymentStatus.REQUIRES_ACTION;
    var noted =
        new State(
            state.status(),
            state.authorizedAmount(),
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
            state.authorizedAmount(),
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
    if (isFinal() || state.reference() == null || busy) {
      return this;
    }
    var asking =
        new State(
            state.status(),
            state.authorizedAmount(),
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
    if (state.status() == PaymentStatus.AUTHORIZED) {
      return Optional.empty();
    }
    Task then = state.voidReason() == null ? null : Task.VOID;
    var next =
        new State(
            PaymentStatus.AUTHORIZED,
            authorized,
            reference,
            null,
            null,
            state.voidReason(),
            then,
            0);
    return next(next, EventType.PAYMENT_AUTHORIZED);
  }

  private Optional<Changed> actionRequired(Outcome.ActionRequired action) {
    if (state.status() == PaymentStatus.REQUIRES_ACTION
        || state.status() == PaymentStatus.AUTHORIZED) {
      return Optional.empty();
    }
    Task then = state.voidReason() == null ? null : Task.VOID;
    var next =
        new State(
            PaymentStatus.REQUIRES_ACTION,
            0,
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
            0,
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
            0,
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
            state.authorizedAmount(),
            reference,
            state.declineCode(),
            state.nextAction(),
            state.voidReason(),
            state.task() == Task.AUTHORIZE ? Task.REFRESH : state.task(),
            state.attempts());
    return with(learned, version);
  }

  private Optional<Changed> next(State next, EventType event) {
    return Optional.of(new Changed(with(next, version + 1), event));
  }

  private Payment with(State next, long nextVersion) {
    return new Payment(id, orderId, customerId, currency, amount, paymentMethod, next, nextVersion);
  }

  /** What others are told. */
  public PaymentChanged event() {
    return new PaymentChanged(
        id,
        orderId,
        state.status().name(),
        currency,
        amount,
        state.authorizedAmount(),
        state.declineCode(),
        state.nextAction());
  }
}
