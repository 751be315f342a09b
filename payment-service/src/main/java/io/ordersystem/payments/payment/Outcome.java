package io.ordersystem.payments.payment;

import org.jspecify.annotations.Nullable;

/** What the provider says of a payment, or that it does not say. */
public sealed interface Outcome {

  /**
   * The money is held, or taken.
   *
   * @param amount minor units held once
   * @param taken of that, already taken
   * @param open whether more can be taken of it
   * @param severally whether it can be taken in several parts: not every card can
   */
  record Authorized(String reference, long amount, long taken, boolean open, boolean severally)
      implements Outcome {}

  /** The customer has to do something first. */
  record ActionRequired(
      String reference, String type, @Nullable String url, @Nullable String clientSecret)
      implements Outcome {}

  /** Refused for good, with the provider's code. */
  record Declined(@Nullable String reference, String code) implements Outcome {}

  /** Nothing is held any more, and nothing ever will be under this reference. */
  record Voided(@Nullable String reference) implements Outcome {}

  /**
   * No answer, or one that decides nothing: to be asked again.
   *
   * @param reference the provider's name of the payment, when the answer had one
   */
  record Unknown(String reason, @Nullable String reference) implements Outcome {}
}
