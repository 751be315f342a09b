package io.ordersystem.devstack.sandbox;

import static io.ordersystem.devstack.sandbox.IntentStatus.PROCESSING;
import static io.ordersystem.devstack.sandbox.IntentStatus.REQUIRES_ACTION;
import static io.ordersystem.devstack.sandbox.IntentStatus.REQUIRES_CAPTURE;
import static io.ordersystem.devstack.sandbox.IntentStatus.REQUIRES_CONFIRMATION;
import static io.ordersystem.devstack.sandbox.IntentStatus.REQUIRES_PAYMENT_METHOD;
import static io.ordersystem.devstack.sandbox.IntentStatus.SUCCEEDED;

import java.time.Clock;
import org.jspecify.annotations.Nullable;

/**
 * The rules of money: what each request makes of an intent. Keeps nothing and touches nothing, so
 * the caller decides when a step counts.
 */
final class IntentLedger {
  /** Stripe's own limit of captures per intent. */
  static final int MAX_CAPTURES = 50;

  private final Ids ids;
  private final Clock clock;

  IntentLedger(Ids ids, Clock clock) {
    this.ids = ids;
    this.clock = clock;
  }

  long now() {
    return clock.instant().getEpochSecond();
  }

  Intent create(NewIntent wanted) {
    var id = ids.next("pi");
    var terms = wanted.terms(ids.next(id + "_secret"), now());
    var method = wanted.paymentMethod();
    return new Intent(
        id,
        terms,
        method == null ? REQUIRES_PAYMENT_METHOD : REQUIRES_CONFIRMATION,
        Funds.NONE,
        method,
        null,
        wanted.returnUrl(),
        null,
        null);
  }

  Step confirm(Intent intent, Confirmation how) {
    if (!intent.status().confirmable()) {
      return unexpected(intent, "confirmed");
    }
    var answered = intent.status() == REQUIRES_ACTION && how.paymentMethod() == null;
    var ready = intent.paidBy(how.paymentMethod(), how.returnUrl());
    var method = ready.paymentMethod();
    if (method == null) {
      return Step.refused(
          intent,
          Refusal.unexpectedState(
              "You cannot confirm this PaymentIntent because it's missing a payment method."));
    }
    if (how.declineAnyway()) {
      return decline(ready, TestCard.genericDecline(method));
    }
    var card = TestCard.get(method);
    return switch (answered ? TestCard.First.CHARGE : card.first()) {
      case CHARGE -> charge(ready, card);
      case PROCESS -> Step.to(ready.with(PROCESSING));
      case AUTHENTICATE ->
          how.errorOnRequiresAction()
              ? decline(ready, TestCard.authenticationRequired(method))
              : Step.to(ready.with(REQUIRES_ACTION), EventType.REQUIRES_ACTION);
    };
  }

  /** The card holder answers the bank's question, or the bank answers a slow payment. */
  Step settle(Intent intent, IntentStatus expected, boolean approved) {
    var method = intent.paymentMethod();
    if (intent.status() != expected || method == null) {
      return unexpected(intent, "settled");
    }
    if (approved) {
      return charge(intent, TestCard.get(method));
    }
    return decline(
        intent,
        expected == REQUIRES_ACTION
            ? TestCard.authenticationFailed(method)
            : TestCard.genericDecline(method));
  }

  Step capture(Intent intent, @Nullable Long wanted, boolean last) {
    if (intent.status() != REQUIRES_CAPTURE) {
      return unexpected(intent, "captured");
    }
    var funds = intent.funds();
    long amount = wanted == null ? funds.capturable() : wanted;
    var refusal = captureRefusal(intent, amount, last);
    if (refusal != null) {
      return Step.refused(intent, refusal);
    }
    var taken = amount == 0 ? funds : funds.capture(amount);
    return last || taken.capturable() == 0
        ? Step.to(intent.with(taken.release()).with(SUCCEEDED), EventType.SUCCEEDED)
        : Step.to(intent.with(taken), EventType.AMOUNT_CAPTURABLE_UPDATED);
  }

  private static @Nullable Refusal captureRefusal(Intent intent, long amount, boolean last) {
    var funds = intent.funds();
    if (amount > funds.capturable()) {
      return Refusal.invalid(
          "amount_too_large",
          "amount_to_capture",
          "Requested capture amount is greater than the amount you can capture for this charge.");
    }
    if (!last && !intent.takesSeveralCaptures()) {
      return Refusal.invalid(
          null, "final_capture", "Multicapture was not requested for this PaymentIntent.");
    }
    // Nothing may be taken only to let go of the rest after earlier captures.
    if (amount == 0 && !(last && funds.captures() > 0)) {
      return Refusal.invalid(
          "parameter_invalid_integer",
          "amount_to_capture",
          "This value must be greater than or equal to 1.");
    }
    if (amount > 0 && funds.captures() >= MAX_CAPTURES) {
      return Refusal.invalid(
          null,
          null,
          "A PaymentIntent cannot be captured more than %d times.".formatted(MAX_CAPTURES));
    }
    return null;
  }

  Step cancel(Intent intent, @Nullable String reason) {
    if (!intent.status().cancelable()) {
      return unexpected(intent, "canceled");
    }
    if (intent.funds().captured() > 0) {
      return Step.refused(
          intent,
          Refusal.unexpectedState(
              "This PaymentIntent was partially captured. Release the rest with a final capture of"
                  + " amount 0."));
    }
    return Step.to(intent.canceled(new Intent.Cancellation(now(), reason)), EventType.CANCELED);
  }

  /** The bank's hold ends: what was not taken by now is let go of. */
  Step expire(Intent intent) {
    if (intent.status() != REQUIRES_CAPTURE) {
      return unexpected(intent, "expired");
    }
    return intent.funds().captured() == 0
        ? Step.to(intent.canceled(new Intent.Cancellation(now(), "expired")), EventType.CANCELED)
        : Step.to(intent.with(intent.funds().release()).with(SUCCEEDED), EventType.SUCCEEDED);
  }

  private Step charge(Intent intent, TestCard card) {
    return card.failure().map(failure -> decline(intent, failure)).orElseGet(() -> approve(intent));
  }

  private Step approve(Intent intent) {
    var approved = intent.approved(ids.next("ch"));
    return Step.to(
        approved,
        approved.status() == SUCCEEDED ? EventType.SUCCEEDED : EventType.AMOUNT_CAPTURABLE_UPDATED);
  }

  private Step decline(Intent intent, Intent.Failure failure) {
    return Step.declined(intent.declined(ids.next("ch"), failure), failure);
  }

  private static Step unexpected(Intent intent, String verb) {
    var status = intent.status();
    var why =
        status == SUCCEEDED
            ? "it has already been captured"
            : "it has a status of " + status.wire();
    return Step.refused(
        intent,
        Refusal.unexpectedState(
            "This PaymentIntent could not be %s because %s.".formatted(verb, why)));
  }
}
