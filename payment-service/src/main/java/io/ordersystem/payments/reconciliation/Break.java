package io.ordersystem.payments.reconciliation;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What does not fit together.
 *
 * @param ours what we say
 * @param theirs what the provider, or the ledger, says
 */
record Break(
    Type type,
    @Nullable UUID paymentId,
    @Nullable UUID orderId,
    String reference,
    String ours,
    String theirs) {

  /** The kinds of breaks, as callers know them. */
  enum Type {
    MISSING_HERE("missing-here"),
    MISSING_THERE("missing-there"),
    AMOUNT("amount"),
    CURRENCY("currency"),
    STATUS("status"),
    DUPLICATE("duplicate");

    private final String wire;

    Type(String wire) {
      this.wire = wire;
    }

    String wire() {
      return wire;
    }
  }
}
