package io.ordersystem.payments.settling;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import org.jspecify.annotations.Nullable;

/**
 * What is taken ahead of the parcels.
 *
 * @param amount minor units; absent: all that is held and still to be shipped
 */
record CaptureRequest(@Nullable @Min(1) @Max(1_000_000_000_000L) Long amount) {}
