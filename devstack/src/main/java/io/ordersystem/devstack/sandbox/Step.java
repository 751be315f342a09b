package io.ordersystem.devstack.sandbox;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one request, or time, did to one intent: the intent afterwards, and what to answer and
 * announce.
 *
 * @param refund the answer, when it was about a refund
 * @param dispute the answer, when it was about a dispute
 * @param events what to announce, in this order
 * @param refusal the answer, when the card or the state of the intent refused; a declined card has
 *     changed the intent all the same
 */
record Step(
    Intent intent,
    @Nullable Refund refund,
    @Nullable Dispute dispute,
    List<EventType> events,
    @Nullable Refusal refusal) {

  Step {
    events = List.copyOf(events);
  }

  static Step to(Intent intent, EventType... events) {
    return new Step(intent, null, null, List.of(events), null);
  }

  static Step of(Intent intent, Refund refund, EventType... events) {
    return new Step(intent, refund, null, List.of(events), null);
  }

  static Step of(Intent intent, Dispute dispute, EventType... events) {
    return new Step(intent, null, dispute, List.of(events), null);
  }

  static Step declined(Intent intent, Intent.Failure failure) {
    return new Step(
        intent, null, null, List.of(EventType.PAYMENT_FAILED), Refusal.declined(failure));
  }

  static Step refused(Intent unchanged, Refusal refusal) {
    return new Step(unchanged, null, null, List.of(), refusal);
  }
}
