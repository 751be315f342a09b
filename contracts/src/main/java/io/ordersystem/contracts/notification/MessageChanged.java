package io.ordersystem.contracts.notification;

import java.util.UUID;

/**
 * A message to a person after one transaction changed it. No address, no text. What is about no
 * order is not told of here.
 *
 * @param orderId the order as its recipient knows it: a customer's root order, a seller's own
 * @param template such as {@code order-confirmed}; those that begin with {@code seller-} are to
 *     sellers
 * @param channel {@code EMAIL}
 * @param status {@code QUEUED}, {@code SENT} or {@code FAILED}. It stays {@code QUEUED} when the
 *     recipient turns out not to want an optional message
 */
public record MessageChanged(
    UUID messageId, UUID orderId, String template, String channel, String status) {}
