package io.ordersystem.contracts.consumer;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One event as a consumer sees it, whether it came from the topic or from the source's history.
 * (source, subject, version) identifies it in both cases.
 *
 * @param source {@code ce_source}, such as {@code /order-service}
 * @param subject {@code ce_subject}: the aggregate that changed
 * @param version {@code ce_aggregateversion}: 1 and up; 0 when the message carries none
 * @param id {@code ce_id}, the same on every redelivery; null when the event was read from a
 *     history that does not keep it
 * @param type {@code ce_type}; a reader ignores the types that it does not know
 * @param time when it happened
 * @param data the JSON of the event; a reader ignores the fields that it does not know
 */
public record ConsumedEvent(
    String source,
    String subject,
    long version,
    @Nullable String id,
    String type,
    Instant time,
    String data) {

  /**
   * @throws IllegalArgumentException when the version is negative
   */
  public ConsumedEvent {
    if (version < 0) {
      throw new IllegalArgumentException("version " + version + " of " + source + " " + subject);
    }
  }
}
