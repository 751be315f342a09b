package io.ordersystem.notifications.webhook;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import org.jspecify.annotations.Nullable;

/**
 * How a secret is replaced.
 *
 * @param overlapSeconds how long the present secret signs too, at most a week; 0 when it was
 *     stolen; a day when absent
 */
record RotationRequest(@Nullable @Min(0) @Max(604_800) Integer overlapSeconds) {}
