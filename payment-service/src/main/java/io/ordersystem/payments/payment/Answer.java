package io.ordersystem.payments.payment;

import org.jspecify.annotations.Nullable;

/** What the provider says to a capture, a refund, or that the rest be let go of. */
public sealed interface Answer {

  /**
   * Done.
   *
   * @param reference the provider's name of what it made
   */
  record Done(@Nullable String reference) implements Answer {}

  /**
   * Taken, but not done: the provider is at it, perhaps for days, and repeating the request would
   * only repeat this answer.
   *
   * @param reference what to ask for later
   */
  record Pending(String reference, String status) implements Answer {}

  /** Refused for good, with the provider's code: asking again cannot help by itself. */
  record Refused(String code) implements Answer {}

  /**
   * Of a dispute: what it is about now.
   *
   * @param amount minor units
   * @param withdrawn whether the money is gone: not when the dispute was won
   */
  record Disputed(long amount, boolean withdrawn) implements Answer {}

  /** No answer: it may have been done. To be asked again with the same key. */
  record Unanswered(String reason) implements Answer {}
}
