package io.ordersystem.platform.idempotency;

import org.jspecify.annotations.Nullable;

/**
 * An answer as it is kept for repeats.
 *
 * @param body JSON
 * @param replayed whether it comes from an earlier request with the same key
 */
public record StoredAnswer(
    int status, @Nullable String location, @Nullable String etag, String body, boolean replayed) {}
