package io.ordersystem.devstack.sandbox;

import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The rules of giving money back. Keeps nothing and touches nothing, as {@link IntentLedger}.
 *
 * <p>A refund counts against its intent from the beginning, also while it is pending, so that the
 * same money cannot be asked for twice; only a failure makes it refundable again.
 */
final class RefundLedger {
  private final Ids ids;
  private final Clock clock;
  private final Duration endsAfter;

  /** {@code endsAfter} is how long a refund takes whose end is a step of its own. */
  RefundLedger(Ids ids, Clock clock, Duration endsAfter) {
    this.ids = ids;
    this.clock = clock;
    this.endsAfter = endsAfter;
  }

  Step refund(
      Intent intent, @Nullable Long wanted, @Nullable String reason, Map<String, String> metadata) {
    var funds = intent.funds();
    var charge = intent.charge();
    if (charge == null || funds.captured() == 0) {
      return Step.refused(
          intent,
          Refusal.invalid(
              null,
              null,
              "This PaymentIntent (%s) does not have a successful charge to refund."
                  .formatted(intent.id())));
    }
    long amount = wanted == null ? funds.refundable() : wanted;
    var refusal = refusal(funds, charge, amount);
    return refusal == null
        ? begin(intent, refund(intent, charge, amount, reason, metadata))
        : Step.refused(intent, refusal);
  }

  private static @Nullable Refusal refusal(Funds funds, String charge, long amount) {
    if (funds.unrefunded() == 0) {
      return Refusal.invalid(
          "charge_already_refunded",
          null,
          "Charge %s has already been refunded.".formatted(charge));
    }
    if (amount > funds.unrefunded()) {
      return Refusal.invalid(
          "amount_too_large",
          "amount",
          "Refund amount (%d) is greater than unrefunded amount on charge (%d)."
              .formatted(amount, funds.unrefunded()));
    }
    if (amount > funds.refundable() || funds.refundable() == 0) {
      return Refusal.invalid(
          "charge_disputed",
          null,
          "Charge %s is disputed: only %d of it can be refunded."
              .formatted(charge, funds.refundable()));
    }
    return null;
  }

  private Refund refund(
      Intent intent,
      String charge,
      long amount,
      @Nullable String reason,
      Map<String, String> metadata) {
    var method = intent.paymentMethod();
    var course = method == null ? RefundCourse.SUCCEEDS : TestCard.get(method).refunds();
    long now = clock.millis();
    return new Refund(
        ids.next("re"),
        intent.id(),
        charge,
        amount,
        intent.terms().currency(),
        reason,
        metadata,
        Math.floorDiv(now, 1000L),
        course,
        course.endsLater() ? now + endsAfter.toMillis() : null);
  }

  private static Step begin(Intent intent, Refund refund) {
    var after = intent.with(intent.funds().refund(refund.amount()));
    return refund.status() == RefundStatus.SUCCEEDED
        ? Step.of(after, refund, EventType.REFUND_CREATED, EventType.CHARGE_REFUNDED)
        : Step.of(after, refund, EventType.REFUND_CREATED);
  }

  /** What a refund that is due becomes by itself. */
  Step end(Refund refund, Intent intent) {
    var ended = refund.ended();
    return ended.status() == RefundStatus.FAILED
        ? Step.of(
            intent.with(intent.funds().takeBack(refund.amount())),
            ended,
            EventType.REFUND_UPDATED,
            EventType.REFUND_FAILED)
        : Step.of(intent, ended, EventType.REFUND_UPDATED, EventType.CHARGE_REFUNDED);
  }
}
