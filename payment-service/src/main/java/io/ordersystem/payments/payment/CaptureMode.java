package io.ordersystem.payments.payment;

/** When the provider takes the money of a payment. */
public enum CaptureMode {
  /** It is held first, and each parcel takes its share: the provider must know several captures. */
  AT_SHIPMENT,
  /**
   * All of it, when the payment is confirmed, ahead of the parcels: what is cancelled before it is
   * shipped is given back. For providers and cards that can be captured only once.
   */
  AT_CONFIRMATION
}
