package io.ordersystem.devstack.sandbox;

import java.time.Clock;
import org.jspecify.annotations.Nullable;

/**
 * The rules of disputes. The money is withdrawn when the dispute is opened and stays away unless
 * the merchant wins. Keeps nothing and touches nothing, as {@link IntentLedger}.
 */
final class DisputeLedger {
  private final Ids ids;
  private final Clock clock;

  DisputeLedger(Ids ids, Clock clock) {
    this.ids = ids;
    this.clock = clock;
  }

  /** Disputes {@code wanted}, or all that was taken and is still with the merchant. */
  Step open(Intent intent, @Nullable Long wanted, String reason) {
    var funds = intent.funds();
    var charge = intent.charge();
    if (charge == null || funds.refundable() == 0) {
      return Step.refused(
          intent,
          Refusal.invalid(
              null,
              null,
              "This PaymentIntent (%s) has no captured money that could be disputed."
                  .formatted(intent.id())));
    }
    long amount = wanted == null ? funds.refundable() : wanted;
    if (amount > funds.refundable()) {
      return Step.refused(
          intent,
          Refusal.invalid(
              "amount_too_large",
              "amount",
              "Dispute amount (%d) is greater than what is left of the charge (%d)."
                  .formatted(amount, funds.refundable())));
    }
    var dispute =
        new Dispute(
            ids.next("dp"),
            intent.id(),
            charge,
            amount,
            intent.terms().currency(),
            reason,
            clock.instant().getEpochSecond(),
            DisputeStatus.NEEDS_RESPONSE);
    return Step.of(
        intent.with(funds.dispute(amount)),
        dispute,
        EventType.DISPUTE_CREATED,
        EventType.DISPUTE_FUNDS_WITHDRAWN);
  }

  Step close(Dispute dispute, Intent intent, boolean won) {
    if (dispute.status() != DisputeStatus.NEEDS_RESPONSE) {
      return Step.refused(
          intent,
          Refusal.invalid(
              null,
              null,
              "This dispute is already closed as %s.".formatted(dispute.status().wire())));
    }
    return won
        ? Step.of(
            intent.with(intent.funds().reinstate(dispute.amount())),
            dispute.closed(DisputeStatus.WON),
            EventType.DISPUTE_CLOSED,
            EventType.DISPUTE_FUNDS_REINSTATED)
        : Step.of(intent, dispute.closed(DisputeStatus.LOST), EventType.DISPUTE_CLOSED);
  }
}
