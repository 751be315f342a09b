package io.ordersystem.payments.payment;

/**
 * The amounts of a payment, in minor units: {@code captured + released <= authorized} and {@code
 * refunded <= captured}, always.
 *
 * @param authorized what the provider held once
 * @param captured what was taken of it
 * @param released what will never be taken of it; the provider holds it until {@code closed}
 * @param refunded what was given back of what was taken
 * @param closed whether the provider holds nothing any more
 */
public record Money(long authorized, long captured, long released, long refunded, boolean closed) {
  static final Money NONE = new Money(0, 0, 0, 0, false);

  public Money {
    if (captured < 0 || released < 0 || captured + released > authorized) {
      throw new IllegalArgumentException(
          "captured %d and released %d of %d authorised".formatted(captured, released, authorized));
    }
    if (refunded < 0 || refunded > captured) {
      throw new IllegalArgumentException("refunded %d of %d".formatted(refunded, captured));
    }
  }

  static Money held(long amount) {
    return new Money(amount, 0, 0, 0, false);
  }

  Money capture(long amount, boolean last) {
    return new Money(authorized, captured + amount, released, refunded, closed || last);
  }

  Money release(long amount) {
    return new Money(authorized, captured, released + amount, refunded, closed);
  }

  Money refund(long amount) {
    return new Money(authorized, captured, released, refunded + amount, closed);
  }

  Money close() {
    return new Money(authorized, captured, released, refunded, true);
  }

  /** Whether nothing more will be taken: then the provider has to let go of what it still holds. */
  public boolean isSettled() {
    return authorized > 0 && captured + released == authorized;
  }

  /** How far the money of an authorised payment is. */
  PaymentStatus status() {
    if (captured == 0) {
      return PaymentStatus.AUTHORIZED;
    }
    if (refunded > 0) {
      return refunded == captured && isSettled()
          ? PaymentStatus.REFUNDED
          : PaymentStatus.PARTIALLY_REFUNDED;
    }
    return isSettled() ? PaymentStatus.CAPTURED : PaymentStatus.PARTIALLY_CAPTURED;
  }
}
