package io.ordersystem.platform.outbox;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A stored message, as the relay reads it. */
record OutboxRow(
    long position,
    UUID id,
    String topic,
    String key,
    String type,
    String dataschema,
    String subject,
    long aggregateVersion,
    Instant time,
    @Nullable String traceparent,
    @Nullable String causationId,
    String data) {}
