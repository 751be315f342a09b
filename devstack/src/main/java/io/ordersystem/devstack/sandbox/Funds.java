package io.ordersystem.devstack.sandbox;

/**
 * The money of one intent, in minor units. It cannot be built so that more is taken than was held,
 * or more given back or disputed than was taken.
 *
 * @param authorized held on the card at the approval
 * @param capturable still held
 * @param captured taken
 * @param refunded given back, or on its way
 * @param disputed withdrawn by the bank and not reinstated
 * @param captures how often money was taken
 */
record Funds(
    long authorized, long capturable, long captured, long refunded, long disputed, int captures) {
  static final Funds NONE = new Funds(0, 0, 0, 0, 0, 0);

  Funds {
    if (capturable < 0 || captured < 0 || captured + capturable > authorized) {
      throw new IllegalArgumentException("captured and capturable exceed what was authorized");
    }
    if (refunded < 0 || disputed < 0 || refunded + disputed > captured) {
      throw new IllegalArgumentException("refunded and disputed exceed what was captured");
    }
  }

  static Funds held(long amount) {
    return new Funds(amount, amount, 0, 0, 0, 0);
  }

  Funds capture(long amount) {
    return new Funds(
        authorized, capturable - amount, captured + amount, refunded, disputed, captures + 1);
  }

  /** Lets go of what is still held. */
  Funds release() {
    return new Funds(authorized, 0, captured, refunded, disputed, captures);
  }

  Funds refund(long amount) {
    return new Funds(authorized, capturable, captured, refunded + amount, disputed, captures);
  }

  /** A refund failed: its money has come back. */
  Funds takeBack(long amount) {
    return refund(-amount);
  }

  Funds dispute(long amount) {
    return new Funds(authorized, capturable, captured, refunded, disputed + amount, captures);
  }

  Funds reinstate(long amount) {
    return dispute(-amount);
  }

  long unrefunded() {
    return captured - refunded;
  }

  /** What is still with the merchant: can be refunded, or disputed. */
  long refundable() {
    return unrefunded() - disputed;
  }

  long released() {
    return authorized - captured - capturable;
  }
}
