package io.ordersystem.payments.payment;

/**
 * What became of one share, in minor units.
 *
 * @param claimed asked for by parcels, not yet taken
 * @param captured taken for parcels
 * @param released will never be taken
 * @param refunding on its way back
 * @param refunded given back
 * @param disputed withdrawn by the provider because the card holder contests it
 */
public record ShareAmounts(
    long amount,
    long claimed,
    long captured,
    long released,
    long refunding,
    long refunded,
    long disputed) {

  /** What parcels can still ask for. */
  public long drawable() {
    return amount - claimed - captured - released;
  }

  /** What can still be given back: what is on its way counts as given. */
  public long refundable() {
    return captured - refunding - refunded;
  }
}
