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

  /** Lets go of what is held. */
  Outcome cancel(Payment payment, String reference);
}
