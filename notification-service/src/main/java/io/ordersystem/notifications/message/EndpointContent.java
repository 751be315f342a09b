package io.ordersystem.notifications.message;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What a mail tells of a webhook endpoint.
 *
 * @param host of its address; not the whole, which may hold secrets
 * @param description what its owner calls it
 * @param failingSince the first of the failures that have not ended
 */
public record EndpointContent(String host, @Nullable String description, Instant failingSince)
    implements Content {}
