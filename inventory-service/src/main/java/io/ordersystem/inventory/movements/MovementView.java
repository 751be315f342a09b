package io.ordersystem.inventory.movements;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A movement as callers see it; {@code quantity} is signed. */
@JsonInclude(JsonInclude.Include.NON_NULL)
record MovementView(
    UUID id,
    String variantId,
    String sellerId,
    String type,
    int quantity,
    @Nullable String reason,
    @Nullable String reference,
    String actor,
    Instant createdAt) {}
