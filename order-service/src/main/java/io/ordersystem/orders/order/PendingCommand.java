package io.ordersystem.orders.order;

import io.ordersystem.contracts.EventType;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A command about a confirmed order that a neighbour has not answered yet: sent again at its
 * deadline, a bounded number of times, with the same id, by which the neighbour knows a repeat.
 *
 * @param id the shipment's, cancellation's or refund's; with the type unique within an order
 * @param deadline when it is sent again; null when it no longer is by itself
 * @param failure why the neighbour refused; then somebody has to decide
 */
public record PendingCommand(
    UUID id,
    EventType type,
    Record data,
    @Nullable Instant deadline,
    int attempts,
    @Nullable String failure) {
  static final int MOST_ATTEMPTS = 10;

  static PendingCommand first(UUID id, EventType type, Record data, Instant deadline) {
    return new PendingCommand(id, type, data, deadline, 1, null);
  }

  boolean isOverdue(Instant now) {
    return deadline != null && !deadline.isAfter(now);
  }

  /** Sent once more; after the last time it waits for its answer without a deadline. */
  PendingCommand again(Instant now, Duration answerWithin) {
    int next = attempts + 1;
    return new PendingCommand(
        id,
        type,
        data,
        next >= MOST_ATTEMPTS ? null : now.plus(patience(answerWithin, next)),
        next,
        null);
  }

  /** Sent anew because somebody wants it: the attempts begin again. */
  PendingCommand resumed(Instant now, Duration answerWithin) {
    return new PendingCommand(id, type, data, now.plus(answerWithin), 1, null);
  }

  PendingCommand refused(String code) {
    return new PendingCommand(id, type, data, null, attempts, code);
  }

  /** How long the n-th sending may stay unanswered: doubles up to sixteen times the first. */
  static Duration patience(Duration answerWithin, int attempt) {
    return answerWithin.multipliedBy(1L << Math.min(attempt - 1, 4));
  }
}
