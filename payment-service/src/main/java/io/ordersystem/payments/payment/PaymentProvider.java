package io.ordersystem.payments.payment;

import io.ordersystem.payments.payment.ProviderHints.Hint;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Whoever moves the money. Calls block and may take as long as their time-out: never on an event
 * loop, never with a database transaction open. Every call may be repeated: implementations pass a
 * key on that makes the provider do it once. Each throws {@link ProviderUnanswered} when the
 * provider did not answer, or only that it is not well.
 */
public interface PaymentProvider {
  /** Its name in accounts and routes, such as {@code stripe}. */
  String name();

  /** Holds the whole amount, or takes it at once, or tells why not. */
  Outcome authorize(Payment payment);

  /**
   * What the provider has of a payment whose name there we do not know, asked for by our own
   * reference. Empty when it finds none, which is certain only some time after it was asked for it.
   */
  Optional<Outcome> find(Payment payment);

  /** What the provider has under its reference now. */
  Outcome refresh(Payment payment, String reference);

  /** Lets go of what is held, when nothing was taken of it. */
  Outcome cancel(Payment payment, String reference);

  /**
   * Takes a part of what is held.
   *
   * @param amount minor units
   * @param last whether the provider is to let go of the rest with it
   */
  Answer capture(Payment payment, String reference, Operation capture, long amount, boolean last);

  /** Lets go of the rest of what is held, after a part of it was taken. */
  Answer letGo(Payment payment, String reference);

  /** Gives a part of what was taken back, or tells what became of a refund that it knows. */
  Answer refund(Payment payment, String reference, Operation refund);

  /** What became of a contested charge. */
  Answer dispute(String reference);

  /**
   * One page of what the provider has, newest first.
   *
   * @param from made at or after this moment, to the second
   * @param until made before this moment
   * @param after only what follows this reference in the list; null for the first page
   */
  List<Entry> list(Instant from, Instant until, @Nullable String after);

  /** One payment in the provider's books; empty when it has none of that name. */
  Optional<Entry> entry(String reference);

  /**
   * One page of the notifications that the provider has made about payments, newest first, whether
   * they were delivered or not. It need not have those that are older than 30 days.
   *
   * @param from made at or after this moment, to the second
   * @param until made before this moment
   * @param after only what follows this notification in the list; null for the first page
   */
  List<Hint> notifications(Instant from, Instant until, @Nullable String after);

  /**
   * One payment in the provider's books. Amounts in minor units of {@code currency}.
   *
   * @param paymentId our reference, as it came back; null when it has none
   * @param capturable still held
   */
  record Entry(
      String reference,
      @Nullable String paymentId,
      String currency,
      long amount,
      long capturable,
      long captured,
      long refunded,
      String status,
      Instant createdAt) {}
}
