package io.ordersystem.notifications.message;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A message as callers see it.
 *
 * @param orderId the order as its recipient knows it; absent when it is about none
 * @param audience {@code CUSTOMER}, {@code SELLER} or {@code OPERATOR}
 * @param sellerId of a message to a seller
 * @param status {@code QUEUED}, {@code SENT}, {@code FAILED} after every attempt, or {@code
 *     SUPPRESSED}: optional, and its recipient did not want it when it was due
 * @param resends how often it was sent again on purpose
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record MessageView(
    UUID id,
    @Nullable UUID orderId,
    String audience,
    @Nullable String sellerId,
    String template,
    String channel,
    @Nullable String recipient,
    String status,
    int resends,
    List<Attempt> attempts,
    long version,
    Instant createdAt,
    @Nullable Instant sentAt) {

  /** One attempt to send it. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Attempt(int attempt, String outcome, @Nullable String error, Instant attemptedAt) {}
}
