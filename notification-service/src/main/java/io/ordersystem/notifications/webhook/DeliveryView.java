package io.ordersystem.notifications.webhook;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A message for an endpoint, and what became of it.
 *
 * @param messageId the event's id: {@code webhook-id}
 * @param status {@code PENDING}, {@code DELIVERED} or {@code FAILED}
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record DeliveryView(
    UUID id,
    UUID endpointId,
    UUID messageId,
    String eventType,
    String status,
    @Nullable Instant nextAttemptAt,
    Instant createdAt,
    @Nullable Instant deliveredAt,
    List<Attempt> attempts) {

  /**
   * One attempt.
   *
   * @param statusCode absent when there was no answer
   * @param durationMillis from its beginning to the end of the answer
   * @param responseBody the beginning of the answer, at most 1,024 bytes
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Attempt(
      int attempt,
      String outcome,
      @Nullable Integer statusCode,
      long durationMillis,
      @Nullable String error,
      @Nullable String responseBody,
      Instant attemptedAt) {}
}
