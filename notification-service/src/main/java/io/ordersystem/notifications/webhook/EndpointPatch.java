package io.ordersystem.notifications.webhook;

import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What shall be different; what is absent stays.
 *
 * @param url another one begins anew, as if it had never failed
 * @param status {@code ENABLED} begins anew: its failures are forgotten, its circuit is closed
 */
record EndpointPatch(
    @Nullable @Size(min = 1, max = 2048) String url,
    @Nullable @Size(min = 1, max = 100) List<@NotNull String> eventTypes,
    @Nullable @Size(max = 500) String description,
    @Nullable Boolean ordered,
    @Nullable @Pattern(regexp = "ENABLED|DISABLED") String status) {}
