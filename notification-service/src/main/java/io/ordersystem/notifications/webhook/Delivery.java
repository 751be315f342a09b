package io.ordersystem.notifications.webhook;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A message for an endpoint that was claimed to be posted.
 *
 * @param messageId the event's id: {@code webhook-id}, the same however often it is posted
 * @param sellerId whose endpoint it is; null for the operators'
 * @param previousSecret signs too while a rotation overlaps
 * @param place null where no order is kept
 * @param attempts this one included
 * @param attemptsBefore how many were made before it was last sent again on purpose
 * @param createdAt when the event was taken in
 */
record Delivery(
    UUID id,
    UUID endpointId,
    UUID messageId,
    @Nullable String sellerId,
    String url,
    String secret,
    @Nullable String previousSecret,
    String body,
    @Nullable Place place,
    int attempts,
    int attemptsBefore,
    Instant createdAt) {

  /** Its place among those of one key, at an endpoint that wants their order. */
  record Place(String key, long sequence) {}

  /** Where in the schedule it is; from 1 on. */
  int attemptsNow() {
    return attempts - attemptsBefore;
  }

  /** Never with the secret. */
  @Override
  public String toString() {
    return "delivery %s to endpoint %s, attempt %d".formatted(id, endpointId, attempts);
  }
}
