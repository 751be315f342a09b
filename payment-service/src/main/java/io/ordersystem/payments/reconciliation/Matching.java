package io.ordersystem.payments.reconciliation;

import io.ordersystem.payments.payment.PaymentProvider.Entry;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Compares what we say of a payment with what the provider and the ledger say. */
final class Matching {
  private Matching() {}

  /**
   * The breaks of one entry of the provider's.
   *
   * @param ours the payment that it belongs to; null when we have none
   */
  static List<Break> of(@Nullable Ours ours, Entry theirs) {
    if (ours == null) {
      return !hasMoney(theirs)
          ? List.of()
          : List.of(
              new Break(
                  Break.Type.MISSING_HERE, null, null, theirs.reference(), "none", told(theirs)));
    }
    if (ours.reference() != null && !ours.reference().equals(theirs.reference())) {
      return hasMoney(theirs)
          ? List.of(found(Break.Type.DUPLICATE, ours, theirs, "charged as " + ours.reference()))
          : List.of();
    }
    var breaks = new ArrayList<Break>();
    if (!ours.currency().equals(theirs.currency())) {
      breaks.add(found(Break.Type.CURRENCY, ours, theirs, ours.told()));
    }
    if (!amountsFit(ours, theirs)) {
      breaks.add(found(Break.Type.AMOUNT, ours, theirs, ours.told()));
    }
    if (!expected(ours).contains(theirs.status())) {
      breaks.add(found(Break.Type.STATUS, ours, theirs, ours.told()));
    }
    return breaks;
  }

  /** What was given back or never taken is nobody's loss. */
  private static boolean hasMoney(Entry theirs) {
    return theirs.captured() - theirs.refunded() + theirs.capturable() > 0;
  }

  /** The third side: what was booked for the provider must be what it has of this payment. */
  static List<Break> ofLedger(Ours ours) {
    long expected = ours.taken() - ours.givenBack() - ours.disputed();
    return ours.booked() == expected
        ? List.of()
        : List.of(
            new Break(
                Break.Type.AMOUNT,
                ours.id(),
                ours.orderId(),
                "ledger:" + ours.id(),
                "the provider has %d of it".formatted(expected),
                "booked are %d".formatted(ours.booked())));
  }

  static Break missingThere(Ours ours) {
    return new Break(
        Break.Type.MISSING_THERE,
        ours.id(),
        ours.orderId(),
        String.valueOf(ours.reference()),
        ours.told(),
        "none");
  }

  private static boolean amountsFit(Ours ours, Entry theirs) {
    // The provider counts a refund from when it takes it on.
    boolean refunds =
        ours.givenBack() <= theirs.refunded()
            && theirs.refunded() <= ours.givenBack() + ours.onItsWay();
    return ours.amount() == theirs.amount()
        && ours.capturable() == theirs.capturable()
        && ours.taken() == theirs.captured()
        && refunds;
  }

  private static Set<String> expected(Ours ours) {
    return switch (ours.status()) {
      case AUTHORIZED, PARTIALLY_CAPTURED, CAPTURED, PARTIALLY_REFUNDED, REFUNDED ->
          Set.of(ours.closed() ? "succeeded" : "requires_capture");
      case REQUIRES_ACTION -> Set.of("requires_action");
      case DECLINED -> Set.of("requires_payment_method", "canceled");
      // What was taken ahead of the parcels cannot be let go of, only given back.
      case VOIDED -> Set.of(ours.taken() > 0 ? "succeeded" : "canceled");
      case REQUESTED, UNKNOWN ->
          Set.of(
              "requires_payment_method",
              "requires_confirmation",
              "requires_action",
              "processing",
              "canceled");
    };
  }

  private static Break found(Break.Type type, Ours ours, Entry theirs, String said) {
    return new Break(type, ours.id(), ours.orderId(), theirs.reference(), said, told(theirs));
  }

  private static String told(Entry theirs) {
    return "%s, %d %s, held %d, taken %d, given back %d"
        .formatted(
            theirs.status(),
            theirs.amount(),
            theirs.currency(),
            theirs.capturable(),
            theirs.captured(),
            theirs.refunded());
  }
}
