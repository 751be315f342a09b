package io.ordersystem.devstack.sandbox;

import org.jspecify.annotations.Nullable;

/**
 * What one request did to one intent: the intent afterwards, and what to answer and announce.
 *
 * @param refund the answer, when the request was for a refund
 * @param event what to announce, if anything
 * @param refusal the answer, when the card or the state of the intent refused; a declined card has
 *     changed the intent all the same
 */
record Step(
    Intent intent, @Nullable Refund refund, @Nullable EventType event, @Nullable Refusal refusal) {

  static Step to(Intent intent) {
    return new Step(intent, null, null, null);
  }

  static Step to(Intent intent, EventType event) {
    return new Step(intent, null, event, null);
  }

  static Step refused(Intent unchanged, Refusal refusal) {
    return new Step(unchanged, null, null, refusal);
  }
}
