package io.ordersystem.contracts.notification;

import java.util.UUID;

/**
 * A message to a person after one transaction changed it. No address, no text.
 *
 * @param channel {@code EMAIL}
 * @param status {@code QUEUED}, {@code SENT} or {@code FAILED}
 */
public record MessageChanged(
    UUID messageId, UUID orderId, String template, String channel, String status) {}
