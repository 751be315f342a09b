package io.ordersystem.devstack.sandbox;

import org.jspecify.annotations.Nullable;

/**
 * A fact to announce, with the object as it was then.
 *
 * @param created seconds since the epoch
 * @param pending whether its delivery has not ended yet
 */
record Event(
    String id,
    EventType type,
    long created,
    Intent intent,
    boolean pending,
    @Nullable String requestId,
    @Nullable String idempotencyKey) {

  Event settled() {
    return new Event(id, type, created, intent, false, requestId, idempotencyKey);
  }
}
