package io.ordersystem.payments.payment;

/** The life of a payment until it is captured. {@code DECLINED} and {@code VOIDED} are final. */
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
  DECLINED,
  VOIDED
}
