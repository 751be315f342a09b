package io.ordersystem.devstack.sandbox;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

/**
 * One line of the journal: everything that one request changed, together with what is needed to
 * give the same answer again. Written whole or not at all, so an effect without its answer cannot
 * exist.
 *
 * @param at milliseconds since the epoch
 * @param key the caller's idempotency key, if any
 * @param settledEvent the id of an event whose delivery has ended, well or not; nothing else is set
 *     then
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record Entry(
    long at,
    @Nullable String requestId,
    @Nullable Key key,
    @Nullable Intent intent,
    @Nullable Refund refund,
    @Nullable Refusal refusal,
    @Nullable Announcement event,
    @Nullable String settledEvent) {

  /** An idempotency key and the digest of the request that it was first used for. */
  record Key(String value, String fingerprint) {}

  /**
   * An event; its object is the entry's intent.
   *
   * @param deliver whether somebody was there to be told
   */
  record Announcement(String id, EventType type, boolean deliver) {}

  static Entry settled(long at, String event) {
    return new Entry(at, null, null, null, null, null, null, event);
  }

  Entry with(Intent same) {
    return new Entry(at, requestId, key, same, refund, refusal, event, settledEvent);
  }

  boolean answers(@Nullable Key other) {
    return key != null && key.equals(other);
  }

  long seconds() {
    return Math.floorDiv(at, 1000L);
  }
}
