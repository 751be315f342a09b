package io.ordersystem.platform.events;

import io.ordersystem.contracts.EventType;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A message that arrived and could be read.
 *
 * @param id the producer's outbox id: the same on every redelivery
 * @param data of {@code type.data()}
 */
public record Received(
    UUID id,
    EventType type,
    String key,
    String subject,
    long version,
    Instant time,
    @Nullable String traceparent,
    Record data) {

  /** The same message as part of another span, which is then what caused what it causes. */
  public Received in(@Nullable String span) {
    return new Received(id, type, key, subject, version, time, span, data);
  }

  /** The data as the record it is. */
  public <T extends Record> T as(Class<T> expected) {
    return expected.cast(data);
  }
}
