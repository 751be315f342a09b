package io.ordersystem.payments.payment;

/**
 * Whoever moves the money. Calls block and may take as long as their time-out: never on an event
 * loop, never with a database transaction open. Every call may be repeated: implementations pass a
 * key on that makes the provider do it once.
 */
public interface PaymentProvider {
  /** Holds the whole amount, or tells why not. */
  Outcome authorize(Payment payment);

  /** What the provider has under its reference now. */
  Outcome refresh(Payment payment, String reference);

  /** Lets go of what is held, when nothing was taken of it. */
  Outcome cancel(Payment payment, String reference);

  /**
   * Takes a part of what is held.
   *
   * @param last whether the provider is to let go of the rest with it
   */
  Answer capture(Payment payment, String reference, Operation capture, boolean last);

  /** Lets go of the rest of what is held, after a part of it was taken. */
  Answer letGo(Payment payment, String reference);

  /** Gives a part of what was taken back. */
  Answer refund(Payment payment, String reference, Operation refund);
}
