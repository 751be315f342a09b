package io.ordersystem.payments.payment;

/** The life of a payment. {@code DECLINED} and {@code VOIDED} are final. */
public enum PaymentStatus {
  /** To be authorised; the provider may or may not have been asked yet. */
  REQUESTED,
  /**
   * The provider was asked and did not answer: it may have authorised. Never to be read as a
   * failure.
   */
  UNKNOWN,
  REQUIRES_ACTION,
  AUTHORIZED,
  /** A part was taken, and more may be. */
  PARTIALLY_CAPTURED,
  /** Everything was taken that will be. */
  CAPTURED,
  PARTIALLY_REFUNDED,
  REFUNDED,
  DECLINED,
  VOIDED;

  /** Whether the provider holds money of it, or has taken some. */
  public boolean isAuthorized() {
    return switch (this) {
      case AUTHORIZED, PARTIALLY_CAPTURED, CAPTURED, PARTIALLY_REFUNDED, REFUNDED -> true;
      case REQUESTED, UNKNOWN, REQUIRES_ACTION, DECLINED, VOIDED -> false;
    };
  }
}
