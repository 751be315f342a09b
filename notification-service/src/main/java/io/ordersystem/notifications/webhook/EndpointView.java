package io.ordersystem.notifications.webhook;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.vertx.mutiny.sqlclient.Row;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * An endpoint as callers see it.
 *
 * @param sellerId whose it is; absent for the operators' own
 * @param status {@code ENABLED} or {@code DISABLED}
 * @param disabledReason {@code OWNER}, {@code GONE} (it answered 410) or {@code FAILING} (nothing
 *     but failures for five days)
 * @param failingSince its first failure after its last success
 * @param pausedUntil until when it is left alone, after failures in a row
 * @param previousSecretUntil until when the secret before the last rotation signs too
 * @param secret only in the answer to its creation and to a rotation
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record EndpointView(
    UUID id,
    @Nullable String sellerId,
    String url,
    String description,
    List<String> eventTypes,
    boolean ordered,
    String status,
    @Nullable String disabledReason,
    int consecutiveFailures,
    @Nullable Instant failingSince,
    @Nullable Instant pausedUntil,
    @Nullable Instant previousSecretUntil,
    @Nullable String secret,
    long version,
    Instant createdAt,
    Instant updatedAt) {

  static EndpointView of(Row row) {
    return new EndpointView(
        row.getUUID("id"),
        row.getString("seller_id"),
        row.getString("url"),
        row.getString("description"),
        List.of(row.getArrayOfStrings("event_types")),
        row.getBoolean("ordered"),
        row.getString("status"),
        row.getString("disabled_reason"),
        row.getInteger("failures"),
        instant(row, "failing_since"),
        instant(row, "paused_until"),
        instant(row, "previous_secret_until"),
        null,
        row.getLong("version"),
        row.getOffsetDateTime("created_at").toInstant(),
        row.getOffsetDateTime("updated_at").toInstant());
  }

  EndpointView withSecret(String shown) {
    return new EndpointView(
        id,
        sellerId,
        url,
        description,
        eventTypes,
        ordered,
        status,
        disabledReason,
        consecutiveFailures,
        failingSince,
        pausedUntil,
        previousSecretUntil,
        shown,
        version,
        createdAt,
        updatedAt);
  }

  /** Never with the secret. */
  @Override
  public String toString() {
    return "endpoint " + id;
  }

  private static @Nullable Instant instant(Row row, String column) {
    OffsetDateTime time = row.getOffsetDateTime(column);
    return time == null ? null : time.toInstant();
  }
}
