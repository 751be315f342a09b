package io.ordersystem.platform.events;

import io.ordersystem.contracts.EventType;

/**
 * A message on its way out.
 *
 * @param key the Kafka key: the root order's id, or {@code variantId|sellerId} for stock
 * @param subject the aggregate that changed; with the service's name the scope of {@code version}
 * @param version the aggregate's version after the change: contiguous from 1 on event topics, 0 on
 *     commands, which have no aggregate of their own
 * @param data the contract's record, of {@code type.data()}
 */
public record OutgoingEvent(
    EventType type, String key, String subject, long version, Record data, Cause cause) {
  public OutgoingEvent {
    if (!type.data().isInstance(data)) {
      throw new IllegalArgumentException(type + " carries " + type.data() + ", not " + data);
    }
  }

  /** A command: its subject is its key. */
  public static OutgoingEvent command(EventType type, String key, Record data, Cause cause) {
    return new OutgoingEvent(type, key, key, 0, data, cause);
  }
}
