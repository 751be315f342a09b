package io.ordersystem.notifications.webhook;

import jakarta.validation.constraints.NotNull;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Which failed deliveries are sent again.
 *
 * @param since made at this time or later
 * @param until made before; now when absent
 */
record RecoveryRequest(@NotNull Instant since, @Nullable Instant until) {}
