package io.ordersystem.notifications.webhook;

import java.util.UUID;

/**
 * A message for an endpoint.
 *
 * @param messageId the event's id; a message goes to an endpoint once
 * @param sequenceKey what keeps its order, where the endpoint asks for that
 */
record Posting(UUID messageId, String type, String body, UUID endpointId, String sequenceKey) {}
