package io.ordersystem.devstack.sandbox;

/**
 * The money of one intent, in minor units. It cannot be built so that more is taken than was held,
 * or more given back than was taken.
 *
 * @param authorized held on the card at the approval
 * @param capturable still held
 * @param captured taken
 * @param refunded given back
 * @param captures how often money was taken
 */
record Funds(long authorized, long capturable, long captured, long refunded, int captures) {
  static final Funds NONE = new Funds(0, 0, 0, 0, 0);

  Funds {
    if (capturable < 0 || captured < 0 || captured + capturable > authorized) {
      throw new IllegalArgumentException("captured and capturable exceed what was authorized");
    }
    if (refunded < 0 || refunded > captured) {
      throw new IllegalArgumentException("refunded exceeds what was captured");
    }
  }

  static Funds held(long amount) {
    return new Funds(amount, amount, 0, 0, 0);
  }

  Funds capture(long amount) {
    return new Funds(authorized, capturable - amount, captured + amount, refunded, captures + 1);
  }

  /** Lets go of what is still held. */
  Funds release() {
    return new Funds(authorized, 0, captured, refunded, captures);
  }

  Funds refund(long amount) {
    return new Funds(authorized, capturable, captured, refunded + amount, captures);
  }

  long refundable() {
    return captured - refunded;
  }

  long released() {
    return authorized - captured - capturable;
  }
}
