package io.ordersystem.payments.settling;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What is given back, of no line in particular.
 *
 * @param orderId the child order whose share it is; may be absent when the order is not split
 * @param amount minor units
 */
record RefundRequest(
    @Nullable UUID orderId,
    @NotNull @Min(1) @Max(1_000_000_000_000L) Long amount,
    @NotBlank @Size(max = 255) String reason) {}
