package io.ordersystem.notifications.reading;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A message as callers see it. */
@JsonInclude(JsonInclude.Include.NON_NULL)
record MessageView(
    UUID id,
    UUID orderId,
    String template,
    String channel,
    @Nullable String recipient,
    String status,
    List<Attempt> attempts,
    long version,
    Instant createdAt,
    @Nullable Instant sentAt) {

  /** One attempt to send it. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Attempt(int attempt, String outcome, @Nullable String error, Instant attemptedAt) {}
}
