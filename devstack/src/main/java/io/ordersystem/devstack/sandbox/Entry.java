package io.ordersystem.devstack.sandbox;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One line of the journal: everything that one request, or time, changed, together with what is
 * needed to give the same answer again. Written whole or not at all, so an effect without its
 * answer cannot exist.
 *
 * @param at milliseconds since the epoch
 * @param requestId null when nobody asked: a refund was due
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
    @Nullable Dispute dispute,
    @Nullable Refusal refusal,
    List<Announcement> events,
    @Nullable String settledEvent) {

  Entry {
    Objects.requireNonNull(events, "an older sandbox wrote this; start with an empty directory");
    events = List.copyOf(events);
  }

  /** An idempotency key and the digest of the request that it was first used for. */
  record Key(String value, String fingerprint) {}

  /**
   * An event; its object is one of the entry's.
   *
   * @param deliver whether somebody was there to be told
   */
  record Announcement(String id, EventType type, boolean deliver) {}

  static Entry of(
      Step step,
      long at,
      @Nullable String requestId,
      @Nullable Key key,
      List<Announcement> events) {
    return new Entry(
        at,
        requestId,
        key,
        step.intent(),
        step.refund(),
        step.dispute(),
        step.refusal(),
        events,
        null);
  }

  static Entry settled(long at, String event) {
    return new Entry(at, null, null, null, null, null, null, List.of(), event);
  }

  Entry with(Intent same) {
    return new Entry(at, requestId, key, same, refund, dispute, refusal, events, settledEvent);
  }

  boolean answers(@Nullable Key other) {
    return key != null && key.equals(other);
  }

  long seconds() {
    return Math.floorDiv(at, 1000L);
  }
}
