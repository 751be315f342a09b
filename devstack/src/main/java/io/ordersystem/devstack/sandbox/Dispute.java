package io.ordersystem.devstack.sandbox;

/**
 * Money that the card holder claims back through the bank, and that the bank has withdrawn.
 *
 * @param amount in minor units
 * @param created seconds since the epoch
 */
record Dispute(
    String id,
    String intent,
    String charge,
    long amount,
    String currency,
    String reason,
    long created,
    DisputeStatus status) {

  Dispute closed(DisputeStatus outcome) {
    return new Dispute(id, intent, charge, amount, currency, reason, created, outcome);
  }
}
